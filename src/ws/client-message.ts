/** Reads what a subscriber sent. */
import { ActionwireError } from '../core/errors.js';
import { clientMessage, type ClientMessage } from './protocol.js';

/**
 * Parses one text frame. Unknown fields are refused, so that a misspelt option is noticed.
 * @throws ActionwireError WS_MESSAGE_INVALID with a sentence that names the fault and repeats nothing of the input.
 */
export function parseClientMessage(text: string): ClientMessage {
  const parsed = clientMessage.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.map(String).join('.') ?? '';
  throw new ActionwireError('WS_MESSAGE_INVALID', `${where === '' ? 'message' : where}: ${describe(issue)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ActionwireError('WS_MESSAGE_INVALID', 'message: not JSON', { cause });
  }
}

function describe(issue: { code: string; message: string } | undefined): string {
  if (issue?.code === 'unrecognized_keys') return 'unknown field';
  return issue?.message ?? 'not acceptable';
}
