/** What requests may change where the operator has allowed it, and who may ask. */
import { STATUS_CODES } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { ErrorCode } from '../core/error-catalogue.js';
import { asActionwireError } from '../core/errors.js';
import type { LabelEntry } from '../core/label-set.js';
import type { AddedStream, StreamRequest } from '../core/stream-request.js';
import { isAllowedOrigin } from '../core/trusted-host.js';
import { problem } from './problem.js';

/** Each rejects with an ActionwireError, and nothing has changed then. */
export interface Control {
  /** Resolves to what the stream has then, as JSON. */
  setLabels(streamId: string, labels: readonly LabelEntry[]): Promise<object>;
  putStream(name: string, request: StreamRequest): Promise<{ readonly created: boolean; readonly stream: AddedStream }>;
  deleteStream(name: string): Promise<void>;
}

const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  SOURCE_INVALID: 400,
  SOURCE_NOT_ALLOWED: 403,
  STREAM_UNKNOWN: 404,
  LABELS_BUSY: 409,
  STREAMS_FULL: 409,
  STREAMS_ENDED: 409,
  MODEL_LABELS_INVALID: 422,
  OPTION_INVALID: 422,
  ENGINE_CLOSED: 503,
};

/** A thousand labels with a sentence or two each. */
const maxBodyBytes = 1 << 20;

/** Lets nobody through where control is off, and no page of another site. */
export function whoMayControl(allowed: boolean, allowedOrigins: readonly string[] | undefined): MiddlewareHandler {
  return async (context, next) => {
    if (!allowed) return problem(403, 'Forbidden', 'Control over HTTP is off; start the program with --allow-control');
    // A page of another site may send a request without reading the answer, so the question comes before anything is done.
    const { origin, host } = context.req.header();
    if (!isAllowedOrigin(origin, host, allowedOrigins)) {
      return problem(403, 'Forbidden', 'This server takes no orders from pages of other sites');
    }
    await next();
    return undefined;
  };
}

/** The body as `schema` wants it, or the problem to answer with. `example` is shown to who sent another. */
export async function readBody<T>(context: Context, schema: z.ZodType<T>, example: string): Promise<T | Response> {
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
    return problem(415, 'Unsupported Media Type', 'Send application/json');
  }
  const length = Number(context.req.header('content-length'));
  if (Number.isNaN(length)) return problem(411, 'Length Required', 'Send the body with its Content-Length');
  if (length > maxBodyBytes) {
    return problem(413, 'Content Too Large', `At most ${maxBodyBytes} bytes are accepted`);
  }
  const parsed = schema.safeParse(await context.req.json<unknown>().catch(() => undefined));
  if (parsed.success) return parsed.data;
  return problem(400, 'Bad Request', `${whereOf(parsed.error)}; send ${example}`);
}

/** The answer to what `act` does, or the problem it failed with. A fault of the program tells nothing of the inside. */
export async function answer(act: () => Promise<Response>): Promise<Response> {
  try {
    return await act();
  } catch (thrown) {
    const { code, message } = asActionwireError(thrown);
    const status = statusOf[code] ?? 500;
    return problem(status, STATUS_CODES[status] ?? '', status === 500 ? 'The request failed' : message, code);
  }
}

function whereOf({ issues: [issue] }: z.ZodError): string {
  const place = issue?.path.map(String).join('.') ?? '';
  const what = issue?.code === 'unrecognized_keys' ? 'unknown field' : (issue?.message ?? 'not acceptable');
  return `${place === '' ? 'the body' : place}: ${what}`;
}
