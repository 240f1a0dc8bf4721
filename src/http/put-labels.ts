/** `PUT /api/streams/{name}/labels`: replaces the labels of a stream that runs, where the operator has allowed it. */
import { STATUS_CODES } from 'node:http';
import type { Handler, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { ErrorCode } from '../core/error-catalogue.js';
import { asActionwireError } from '../core/errors.js';
import { labelEntry, type LabelEntry } from '../core/label-set.js';
import { isAllowedOrigin } from '../core/trusted-host.js';
import { problem } from './problem.js';

/** Resolves to what the stream has then, as JSON; rejects with an ActionwireError, and the old labels stay. */
export type SetLabels = (streamId: string, labels: readonly LabelEntry[]) => Promise<object>;

/** A thousand labels with a sentence or two each. */
const maxBytes = 1 << 20;

export const labelsBody: MiddlewareHandler = bodyLimit({
  maxSize: maxBytes,
  onError: () => problem(413, 'Content Too Large', `At most ${maxBytes} bytes are accepted`),
});

const body = z.strictObject({ labels: z.array(labelEntry).max(1000) });

const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  STREAM_UNKNOWN: 404,
  MODEL_LABELS_INVALID: 422,
  OPTION_INVALID: 422,
  LABELS_BUSY: 409,
  ENGINE_CLOSED: 503,
};

export function putLabels(
  setLabels: SetLabels | undefined,
  allowedOrigins: readonly string[] | undefined,
): Handler<object, '/api/streams/:name/labels'> {
  return async (context) => {
    if (setLabels === undefined) {
      return problem(403, 'Forbidden', 'Control over HTTP is off; start the program with --allow-control');
    }
    // A page of another site may send a request without reading the answer, so the question comes before anything is done.
    const { origin, host } = context.req.header();
    if (!isAllowedOrigin(origin, host, allowedOrigins)) {
      return problem(403, 'Forbidden', 'This server takes no orders from pages of other sites');
    }
    if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
      return problem(415, 'Unsupported Media Type', 'Send application/json');
    }
    const parsed = body.safeParse(await context.req.json<unknown>().catch(() => undefined));
    if (!parsed.success)
      return problem(400, 'Bad Request', `${whereOf(parsed.error)}; send {"labels": ["one", "other"]}`);
    try {
      return context.json(await setLabels(context.req.param('name'), parsed.data.labels));
    } catch (thrown) {
      const { code, message } = asActionwireError(thrown);
      const status = statusOf[code] ?? 500;
      return problem(status, STATUS_CODES[status] ?? '', status === 500 ? 'The request failed' : message, code);
    }
  };
}

function whereOf({ issues: [issue] }: z.ZodError): string {
  const place = issue?.path.map(String).join('.') ?? '';
  return `${place === '' ? 'the body' : place}: ${issue?.message ?? 'not acceptable'}`;
}
