/** Errors as `application/problem+json` (RFC 9457). */

/** A response with the status, a title and a sentence. */
export function problem(status: number, title: string, detail: string): Response {
  return new Response(JSON.stringify({ type: 'about:blank', title, status, detail }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });
}
