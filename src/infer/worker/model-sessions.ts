/** One loaded model inside the inference process: the label embeddings, and the vision and head sessions of its mode. */
import type { InferenceSession } from 'onnxruntime-node';
import { ActionwireError } from '../../core/errors.js';
import type { InferItem, ItemScores, OpenRequest } from '../protocol.js';
import type { ProviderName } from '../provider.js';
import { coverageOf, withProfile } from './coverage.js';
import { encodeLabels } from './encode-labels.js';
import { ExactModel } from './exact-model.js';
import { FrameKeepingModel } from './frame-keeping-model.js';
import { int8Overflows } from './int8-overflow.js';
import { messageOf, openSession } from './open-session.js';
import { sessionOptions } from './session-options.js';
import { StreamingModel } from './streaming-model.js';
import { Vocabularies } from './vocabularies.js';
import type { Sessions, WindowModel } from './window-model.js';

export interface RunResult {
  readonly results: readonly ItemScores[];
  /** All runs of the request, milliseconds. */
  readonly inferenceMs: number;
}

export class ModelSessions {
  private constructor(
    private readonly model: WindowModel,
    readonly vocabularies: Vocabularies,
    /** Share of the vision graph's operators that the provider itself runs, 0..1. */
    readonly coverage: number,
  ) {}

  /**
   * Encodes the labels, opens the vision and head graphs and runs as many black windows as may share a run, so that the first
   * real ones are not slow and memory that does not suffice shows now.
   * @throws PROVIDER_UNAVAILABLE when another provider than the CPU does not load or runs nothing; INFERENCE_FAILED otherwise
   */
  static async open(request: OpenRequest): Promise<ModelSessions> {
    const { graphs, provider, precision, threads } = request;
    const vocabularies = await this.#encode(request);
    const options = sessionOptions(provider, threads, precision === 'int8' && (await int8Overflows()));
    const head = await openSession(graphs.head, provider, options);
    if (provider === 'cpu') {
      const vision = await openSession(graphs.vision, provider, options);
      const { frames: path } = graphs;
      const frames = path === undefined ? {} : { frames: await openSession(path, provider, options) };
      return this.#warmed(request, { ...frames, vision, head, vocabularies });
    }
    return this.#openProfiled(request, head, vocabularies);
  }

  /** The text session lives only for the encoding: with it go its weights. It runs on the CPU, once. */
  static async #encode(request: OpenRequest): Promise<Vocabularies> {
    const { graphs, threads, memory } = request;
    const session = await openSession(graphs.text, 'cpu', sessionOptions('cpu', threads));
    try {
      const embeddings = await encodeLabels(session, request.tokens, request.promptCounts);
      return new Vocabularies({ embeddings, ...(memory === undefined ? {} : { memory }) });
    } finally {
      await session.release();
    }
  }

  /** Accelerators leave single operators to the CPU without a word; the profile of the first run tells how many. */
  static async #openProfiled(
    request: OpenRequest,
    head: InferenceSession,
    vocabularies: Vocabularies,
  ): Promise<ModelSessions> {
    const { graphs, provider, precision, threads } = request;
    const options = sessionOptions(provider, threads);
    const opened: ModelSessions[] = [];
    const profile = await withProfile(async (profileFilePrefix) => {
      const profiling = { ...options, enableProfiling: true, profileFilePrefix };
      const vision = await openSession(graphs.vision, provider, profiling);
      const warmed = this.#warmed(request, { vision, head, vocabularies });
      opened.push(await (precision === 'fp16' ? warmed.catch(refuseHalf(provider)) : warmed));
      vision.endProfiling();
    });
    const coverage = coverageOf(profile, provider);
    const [sessions] = opened;
    if (sessions !== undefined && coverage > 0)
      return new ModelSessions(sessions.model, sessions.vocabularies, coverage);
    throw new ActionwireError('PROVIDER_UNAVAILABLE', `${provider} loads, but ONNX Runtime runs no operator on it`);
  }

  static async #warmed(request: OpenRequest, sessions: Sessions): Promise<ModelSessions> {
    const { windowShape, batch } = request;
    const warmed = new ModelSessions(modelFor(request, sessions), sessions.vocabularies, 1);
    const pixels = new Uint8Array(windowShape.reduce((product, size) => product * size, 1));
    const item = { streamId: '', restart: true, keep: true, pixels, vocabulary: 0 };
    await warmed.run(Array.from({ length: batch }, () => item));
    warmed.forget('');
    return warmed;
  }

  /** @throws INFERENCE_FAILED; in streaming mode every stream of `items` must restart after it */
  async run(items: readonly InferItem[]): Promise<RunResult> {
    const startedAt = performance.now();
    try {
      const results = await this.model.run(items);
      return { results, inferenceMs: performance.now() - startedAt };
    } catch (error) {
      throw new ActionwireError('INFERENCE_FAILED', messageOf(error), { cause: error });
    }
  }

  /** Frees what is kept for a stream. */
  forget(streamId: string): void {
    this.model.forget(streamId);
  }
}

/** Whether a device computes in half precision shows in its first run. */
function refuseHalf(provider: ProviderName): (error: unknown) => never {
  return (error) => {
    throw new ActionwireError('PRECISION_UNAVAILABLE', `fp16 fails on ${provider}: ${messageOf(error)}`, {
      cause: error,
    });
  };
}

function modelFor({ streaming, windowShape, precision }: OpenRequest, { frames, ...sessions }: Sessions): WindowModel {
  if (streaming !== undefined) return new StreamingModel(sessions, streaming, windowShape);
  if (frames !== undefined) return new FrameKeepingModel({ ...sessions, frames }, windowShape, precision === 'int8');
  return new ExactModel(sessions, windowShape);
}
