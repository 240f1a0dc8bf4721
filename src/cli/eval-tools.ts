/** Connects an evaluation with the decoder and the engine. */
import { ActionwireError } from '../core/errors.js';
import type { EvaluationTools, Protocol } from '../evaluate/index.js';
import type { Engine } from '../infer/index.js';
import { parseSource, readPictures } from '../stream/index.js';

const streamId = 'eval';

/** `read` accepts recordings on disk only; `score` waits for the engine's restart when its process dies under a window. */
export function evaluationTools(engine: Engine, { frames, crop, resize }: Protocol): EvaluationTools {
  const times = { firstPtsMs: 0, lastPtsMs: 0, capturedAtMs: 0 };
  const shape = { frameCount: frames, width: crop.width, height: crop.height };
  return {
    read: (file, choose, signal) =>
      readPictures(parseSource(`file:${file}`, { id: streamId }), { resize, choose, signal }),
    score: async (pixels) => {
      for (;;) {
        try {
          return (await engine.infer({ streamId, index: 0, ...times, ...shape, pixels })).values;
        } catch (error) {
          // Only this window is lost; an engine that dies again and again says so with another code.
          if (!(error instanceof ActionwireError && error.code === 'INFERENCE_WORKER_CRASHED')) throw error;
        }
      }
    },
  };
}
