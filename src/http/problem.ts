/** Errors as `application/problem+json` (RFC 9457). */

/** A response with the status, a title, a sentence and, where there is one, the error's code. */
export function problem(status: number, title: string, detail: string, code?: string): Response {
  return new Response(JSON.stringify({ type: 'about:blank', title, status, code, detail }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });
}
