/** Warns once a minute, with what to do, while inference cannot keep up with the live streams. */
import { wallClock, type Clock } from './core/clock.js';
import { ActionwireError } from './core/errors.js';
import type { InferenceMode, ModelInfo } from './core/model-info.js';
import { OverloadWatch, type Overload } from './core/overload-watch.js';
import type { ActionwireMessage } from './core/types.js';

type EngineInfo = Pick<ModelInfo, 'inference' | 'strideFrames'>;

/** What has to be known of an engine. */
export interface WatchedEngine {
  readonly status: string;
  readonly info: EngineInfo;
}

/**
 * Give it every message of every stream. Windows that come while the inference process is not running are not counted: what is
 * lost to its restart is no overload.
 * @param warn told with `INFERENCE_OVERLOADED`
 */
export function overloadWarning(
  engine: WatchedEngine,
  warn: (error: ActionwireError) => void,
  clock: Clock = wallClock,
): (message: ActionwireMessage) => void {
  const watch = new OverloadWatch();
  return (message) => {
    if (message.kind !== 'scores' && message.kind !== 'dropped') return;
    if (engine.status !== 'running') return;
    const overload =
      message.kind === 'scores'
        ? watch.count('scored', message.scores.streamId, clock.now())
        : watch.count('dropped', message.streamId, clock.now());
    if (overload !== undefined) warn(warningFor(overload, engine.info));
  };
}

function warningFor({ droppedShare, streams }: Overload, { inference, strideFrames }: EngineInfo): ActionwireError {
  const percent = Math.round(100 * droppedShare);
  const where = streams === 1 ? 'one stream' : `${streams} streams`;
  const message = `inference cannot keep up: ${percent} % of the windows of the last 10 s were dropped, on ${where}`;
  return new ActionwireError('INFERENCE_OVERLOADED', message, { hint: adviceFor(inference, strideFrames) });
}

/** Streaming mode encodes every frame once whatever the stride, so that only fewer frames help there. */
function adviceFor(inference: InferenceMode | undefined, strideFrames: number): string {
  if (inference === 'streaming') return 'Use fewer streams, a faster provider, or a lower `--fps`.';
  return `Use a \`--stride\` above ${strideFrames}, \`--mode streaming\`, \`--max-windows\` for less important streams, or fewer streams.`;
}
