/** Connects an evaluation with the decoder and the engine. */
import { ActionwireError } from '../core/errors.js';
import type { EvaluationTools, Protocol } from '../evaluate/index.js';
import type { Engine, InferenceResult } from '../infer/index.js';
import { parseSource, readPictures } from '../stream/index.js';

const streamId = 'eval';

/** What reading one clip may cost: megabytes of its decoder process, 0 without limit. */
export interface ClipLimits {
  readonly maxDecoderMemory: number | undefined;
}

/** `read` accepts recordings on disk only; `score` and `infer` wait for the engine's restart when its process dies under a window. */
export function evaluationTools(engine: Engine, protocol: Protocol, limits: ClipLimits): EvaluationTools {
  const { read, infer } = clipTools(engine, protocol, limits);
  return { read, score: async (pixels) => (await infer(pixels)).values };
}

/** The same, with everything that the engine says about a window. */
export function clipTools(
  engine: Engine,
  { frames, crop, resize }: Protocol,
  { maxDecoderMemory }: ClipLimits,
): Pick<EvaluationTools, 'read'> & { readonly infer: (pixels: Uint8Array) => Promise<InferenceResult> } {
  const times = { firstPtsMs: 0, lastPtsMs: 0, capturedAtMs: 0 };
  const memory = maxDecoderMemory === undefined ? {} : { maxMemoryMb: maxDecoderMemory };
  const shape = { frameCount: frames, width: crop.width, height: crop.height };
  return {
    read: (file, choose, signal) =>
      readPictures(parseSource(`file:${file}`, { id: streamId }), { resize, choose, signal, ...memory }),
    infer: async (pixels) => {
      for (;;) {
        try {
          return await engine.infer({ streamId, index: 0, ...times, ...shape, pixels });
        } catch (error) {
          // Only this window is lost; an engine that dies again and again says so with another code.
          if (!(error instanceof ActionwireError && error.code === 'INFERENCE_WORKER_CRASHED')) throw error;
        }
      }
    },
  };
}
