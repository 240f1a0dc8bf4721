/** One run from start to end: opens the app, prints what it says, and ends it on Ctrl-C, SIGTERM or when every stream has ended. */
import { delay, finalize, fromEvent, lastValueFrom, takeUntil, tap } from 'rxjs';
import { App } from '../app.js';
import type { Config } from '../config.js';
import { streamFailure } from '../core/stream-failure.js';
import type { ActionwireMessage, StreamState } from '../core/types.js';
import { jsonOutput } from './json-lines.js';
import type { Output } from './output.js';
import { leaveWithin, readerGone } from './reader-gone.js';
import { interruptSignal } from './signals.js';
import { terminalOutput } from './terminal.js';

const STATUS_INTERVAL_MS = 500;
/** After an interrupt the streams end by themselves and open actions are closed; one that does not is left behind after this. */
const ORDERLY_END_MS = 1200;

/** After an interrupt, what a reader of standard output has not taken by then is lost. */
const UNREAD_GRACE_MS = 300;

export interface SessionFlags {
  json?: boolean;
  scores?: boolean;
}

/**
 * Runs until every stream has ended, the user interrupts, which may also be while the model is still being loaded, or the
 * reader of standard output goes away.
 * Resolves to whether it was interrupted.
 * @throws ActionwireError of the first failure when a stream failed for good and the run was not interrupted
 */
export async function runSession(
  config: Config,
  flags: SessionFlags,
  watch?: (message: ActionwireMessage) => void,
): Promise<{ interrupted: boolean }> {
  const { signal: interrupt, dispose } = interruptSignal();
  const signal = AbortSignal.any([interrupt, readerGone]);
  const lossless = config.mode === 'replay';
  const output =
    flags.json === true
      ? jsonOutput(process.stdout, { scores: flags.scores === true, lossless })
      : terminalOutput(process.stdout);
  try {
    const app = await openUnlessInterrupted(config, signal);
    if (app !== undefined) await runApp(app, output, signal, watch);
    return { interrupted: signal.aborted };
  } finally {
    output.close();
    dispose();
    if (signal.aborted) leaveWithin(UNREAD_GRACE_MS);
  }
}

/** Undefined when the user interrupted the opening: whatever it failed with then is the end that was asked for. */
async function openUnlessInterrupted(config: Config, signal: AbortSignal): Promise<App | undefined> {
  try {
    return await App.open(config, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function runApp(
  app: App,
  output: Output,
  signal: AbortSignal,
  watch?: (message: ActionwireMessage) => void,
): Promise<void> {
  try {
    if (signal.aborted) return;
    for (const line of app.summary()) output.note(line);
    await follow(app, output, signal, watch);
  } finally {
    await app.close();
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
  if (first === undefined || signal.aborted) return;
  throw streamFailure(first, app.streamCount === 1 ? '' : `${failures.length} of ${app.streamCount} streams failed; `);
}
