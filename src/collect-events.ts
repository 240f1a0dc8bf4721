/** Replays what a configuration names, to the end, and gives what it told as a log. */
import { lastValueFrom, tap } from 'rxjs';
import { App } from './app.js';
import type { Config } from './config.js';
import { streamFailure } from './core/stream-failure.js';
import type { ActionwireMessage, StreamState } from './core/types.js';
import { entryOf, EventLogBuilder, type EventLog } from './replay/index.js';

export interface Onlooker {
  /** Told once, before the first message. */
  readonly opened?: (app: App) => void;
  /** Told every message as it comes. */
  readonly told?: (message: ActionwireMessage) => void;
}

/**
 * Everything that was opened is closed again when this settles.
 * @param watch what else looks on
 * @throws ActionwireError of the first stream that failed, and those of `App.open`; the signal's reason when it aborts
 */
export async function collectEvents(config: Config, signal: AbortSignal, watch: Onlooker = {}): Promise<EventLog> {
  signal.throwIfAborted();
  const app = await App.open(config, signal);
  try {
    watch.opened?.(app);
    const builder = new EventLogBuilder();
    const failures: StreamState[] = [];
    const take = (message: ActionwireMessage): void => {
      watch.told?.(message);
      if (message.kind === 'state' && message.state.status === 'failed') failures.push(message.state);
      const entry = entryOf(message);
      if (entry !== undefined) builder.add(entry);
    };
    await lastValueFrom(app.messages.pipe(tap(take)), { defaultValue: undefined });
    signal.throwIfAborted();
    const [failed] = failures;
    if (failed !== undefined) throw streamFailure(failed);
    return builder.build();
  } finally {
    await app.close();
  }
}
