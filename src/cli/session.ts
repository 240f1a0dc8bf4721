/** One run from start to end: opens the app, prints what it says, and ends it on Ctrl-C, SIGTERM or when every stream has ended. */
import { delay, finalize, fromEvent, lastValueFrom, takeUntil, tap } from 'rxjs';
import { App } from '../app.js';
import type { Config } from '../config.js';
import { streamFailure } from '../core/stream-failure.js';
import type { ActionwireMessage, StreamState } from '../core/types.js';
import { jsonOutput } from './json-lines.js';
import type { Output } from './output.js';
import { interruptSignal } from './signals.js';
import { terminalOutput } from './terminal.js';

const STATUS_INTERVAL_MS = 500;
/** After an interrupt the streams end by themselves and open actions are closed; one that does not is left behind after this. */
const ORDERLY_END_MS = 1200;

export interface SessionFlags {
  json?: boolean;
  scores?: boolean;
}

/**
 * Runs until every stream has ended or the user interrupts.
 * @throws ActionwireError of the first failure when every stream failed
 */
export async function runSession(
  config: Config,
  flags: SessionFlags,
  watch?: (message: ActionwireMessage) => void,
): Promise<void> {
  const { signal, dispose } = interruptSignal();
  const output =
    flags.json === true ? jsonOutput(process.stdout, flags.scores === true) : terminalOutput(process.stdout);
  try {
    const app = await App.open(config, signal);
    try {
      for (const line of app.summary()) output.note(line);
      await follow(app, output, signal, watch);
    } finally {
      await app.close();
    }
  } finally {
    output.close();
    dispose();
  }
}

async function follow(
  app: App,
  output: Output,
  signal: AbortSignal,
  watch?: (message: ActionwireMessage) => void,
): Promise<void> {
  const ticker = setInterval(() => output.readings(app.readings()), STATUS_INTERVAL_MS);
  const failures: StreamState[] = [];
  const messages = app.messages.pipe(
    tap((message) => {
      output.message(message);
      watch?.(message);
      if (message.kind === 'state' && message.state.status === 'failed') failures.push(message.state);
    }),
    finalize(() => clearInterval(ticker)),
    takeUntil(fromEvent(signal, 'abort').pipe(delay(ORDERLY_END_MS))),
  );
  await lastValueFrom(messages, { defaultValue: undefined });
  const [first] = failures;
  if (first !== undefined && failures.length === app.streamCount) throw streamFailure(first);
}
