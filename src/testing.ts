/** `actionwire/testing`: replays recordings inside a test, and compares what was recognised with what is expected. */
import { collectEvents } from './collect-events.js';
import { parseConfig, type ConfigInput } from './config.js';
import type { EventLog } from './replay/index.js';

export { ActionwireError } from './core/errors.js';
export {
  compareEvents,
  comparisonReport,
  readEventLog as readEvents,
  type Difference,
  type EventComparison,
  type EventLog,
  type LoggedAction,
  type LoggedGap,
  type LoggedState,
  type Tolerances,
} from './replay/index.js';

type Chosen = 'sources' | 'mode' | 'server' | 'loop' | 'control' | 'batch' | 'batchWaitMs' | 'modelDir';

/** How to recognise: the options of `actionwire run` under their names in the configuration, as `labels`, `enter`, `fps`. */
export interface ReplayOptions extends Omit<ConfigInput, Chosen> {
  /** X-CLIP folder, or the id of a pulled model. Default: the bundled model. */
  readonly model?: string;
  /** Ends the replay; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Replays one recording or several, lossless and as fast as the machine allows, and gives all actions, gaps and states.
 * The same recordings and options give the same log every time. Nothing is left open, whatever the outcome.
 * @param sources paths of files, each with an optional name in front, as in `front=clip.mp4`
 * @throws ActionwireError with a `code` for a source, model or option that will not do, or a recording that cannot be read to its end
 */
export async function replay(sources: string | readonly string[], options: ReplayOptions = {}): Promise<EventLog> {
  const { model, signal = new AbortController().signal, ...rest } = options;
  const config = parseConfig({
    ...rest,
    ...(model === undefined ? {} : { modelDir: model }),
    sources: typeof sources === 'string' ? [sources] : [...sources],
    mode: 'replay',
    server: false,
  });
  return collectEvents(config, signal);
}
