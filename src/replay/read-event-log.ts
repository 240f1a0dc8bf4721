/** Reads an event log: newline JSON in the words of the WebSocket protocol, of which only what is compared is looked at. */
import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import { EventLogBuilder, type EventLog, type LogEntry } from './event-log.js';

/** A line is one message; a window's scores of a thousand labels have about 20 kB. Characters. */
const maxLineLength = 2 ** 20;

const streamId = z.string().min(1);
const ms = z.number();
const openAction = z.object({
  id: z.string().min(1),
  streamId,
  label: z.string(),
  peak: z.number(),
  fromMs: ms,
  toMs: ms,
});
const endedAction = openAction.extend({ reason: z.enum(['score-fell', 'replaced', 'stream-lost', 'stream-ended']) });
const streamGap = z.object({
  streamId,
  reason: z.enum(['reconnect', 'timestamp-jump', 'missing-frames', 'resolution-change']),
  atPtsMs: ms,
});
const streamState = z.object({
  streamId,
  status: z.enum(['connecting', 'live', 'stalled', 'lost', 'ended', 'failed']),
  atMs: ms,
  attempt: z.int().min(1),
  code: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  retryInMs: z.number().exactOptional(),
});

export interface ReadLogOptions {
  /** Leave out a last line that is not whole, as a killed program leaves it. Default false: refused. */
  readonly cutOff?: boolean;
}

/**
 * Reads line by line, in memory that grows with the number of actions, not of lines. Messages of other types are passed over.
 * @throws ActionwireError EVENT_LOG_UNREADABLE; EVENT_LOG_INVALID naming file and line, also for a file without any message
 */
export async function readEventLog(path: string, { cutOff = false }: ReadLogOptions = {}): Promise<EventLog> {
  const builder = new EventLogBuilder();
  let number = 0;
  let messages = 0;
  for await (const { text, whole } of lines(path)) {
    number++;
    if (!whole && cutOff) break;
    if (text.trim() === '') continue;
    const entry = readLine(text, `${path}:${number}`);
    messages++;
    if (entry !== undefined) builder.add(entry);
  }
  if (messages === 0 && !cutOff) throw new ActionwireError('EVENT_LOG_INVALID', `${path} holds no messages`);
  return builder.build();
}

function readLine(text: string, place: string): LogEntry | undefined {
  const message = parseJson(text, place);
  switch (message.type) {
    case 'action.started':
    case 'action.updated':
      return { kind: 'action', action: checked(openAction.safeParse(message), place) };
    case 'action.ended':
      return { kind: 'action', action: checked(endedAction.safeParse(message), place) };
    case 'stream.gap':
      return { kind: 'gap', gap: checked(streamGap.safeParse(message), place) };
    case 'stream.state':
      return { kind: 'state', state: checked(streamState.safeParse(message), place) };
    default:
      return undefined;
  }
}

function checked<T>(parsed: z.ZodSafeParseResult<T>, place: string): T {
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(place, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not acceptable'}`);
}

function parseJson(text: string, place: string): { type: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(place, 'not JSON');
  }
  const typed = z.looseObject({ type: z.string() }).safeParse(value);
  if (!typed.success) throw invalid(place, 'no message of the protocol: "type" is missing');
  return typed.data;
}

function invalid(place: string, why: string): ActionwireError {
  return new ActionwireError('EVENT_LOG_INVALID', `${place}: ${why}`);
}

/** The lines of a file; the last one is not `whole` when no line end follows it. */
async function* lines(path: string): AsyncGenerator<{ text: string; whole: boolean }> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  try {
    for await (const chunk of createReadStream(path)) {
      const parts = (rest + decoder.write(chunk as Buffer)).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > maxLineLength) throw invalid(path, `a line has more than ${maxLineLength} characters`);
      for (const text of parts) yield { text, whole: true };
    }
  } catch (cause) {
    if (cause instanceof ActionwireError) throw cause;
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new ActionwireError('EVENT_LOG_UNREADABLE', `${path} cannot be read (${code})`, { cause });
  }
  rest += decoder.end();
  if (rest !== '') yield { text: rest, whole: false };
}
