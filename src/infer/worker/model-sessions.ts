/** One loaded model inside the inference process: the label embeddings, and the vision and head sessions. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ActionwireError } from '../../core/errors.js';
import type { OpenRequest } from '../protocol.js';
import { coverageOf, withProfile } from './coverage.js';
import { encodeLabels } from './encode-labels.js';
import { messageOf, openSession } from './open-session.js';
import { sessionOptions } from './session-options.js';

export interface WindowScores {
  readonly values: Float32Array;
  readonly logits: Float32Array;
  readonly inferenceMs: number;
}

export class ModelSessions {
  private constructor(
    private readonly vision: InferenceSession,
    private readonly head: InferenceSession,
    private readonly labelEmbeddings: Tensor,
    private readonly windowShape: OpenRequest['windowShape'],
    /** Share of the vision graph's operators that the provider itself runs, 0..1. */
    readonly coverage: number,
  ) {}

  /**
   * Encodes the labels, opens the vision and head graphs and runs one black window, so that the first real one is not slow.
   * @throws PROVIDER_UNAVAILABLE when another provider than the CPU does not load or runs nothing; INFERENCE_FAILED otherwise
   */
  static async open(request: OpenRequest): Promise<ModelSessions> {
    const { graphs, provider, threads, windowShape } = request;
    const labelEmbeddings = await this.#encode(request);
    const options = sessionOptions(provider, threads);
    const head = await openSession(graphs.head, provider, options);
    if (provider === 'cpu') {
      const vision = await openSession(graphs.vision, provider, options);
      return new ModelSessions(vision, head, labelEmbeddings, windowShape, 1).#warm();
    }
    return this.#openProfiled(request, head, labelEmbeddings);
  }

  /** The text session lives only for the encoding: with it go its weights. It runs on the CPU, once. */
  static async #encode({ graphs, tokens, promptCounts, threads }: OpenRequest): Promise<Tensor> {
    const session = await openSession(graphs.text, 'cpu', sessionOptions('cpu', threads));
    try {
      return await encodeLabels(session, tokens, promptCounts);
    } finally {
      await session.release();
    }
  }

  /** Accelerators leave single operators to the CPU without a word; the profile of the first run tells how many. */
  static async #openProfiled(
    { graphs, provider, threads, windowShape }: OpenRequest,
    head: InferenceSession,
    labelEmbeddings: Tensor,
  ): Promise<ModelSessions> {
    const options = sessionOptions(provider, threads);
    const warmed: InferenceSession[] = [];
    const profile = await withProfile(async (profileFilePrefix) => {
      const vision = await openSession(graphs.vision, provider, {
        ...options,
        enableProfiling: true,
        profileFilePrefix,
      });
      await new ModelSessions(vision, head, labelEmbeddings, windowShape, 1).#warm();
      vision.endProfiling();
      warmed.push(vision);
    });
    const coverage = coverageOf(profile, provider);
    const [vision] = warmed;
    if (vision !== undefined && coverage > 0) {
      return new ModelSessions(vision, head, labelEmbeddings, windowShape, coverage);
    }
    throw new ActionwireError('PROVIDER_UNAVAILABLE', `${provider} loads, but ONNX Runtime runs no operator on it`);
  }

  /** `pixels` is one window, `[T, H, W, 3]` uint8. @throws INFERENCE_FAILED */
  async run(pixels: Uint8Array): Promise<WindowScores> {
    const startedAt = performance.now();
    try {
      const frames = new Tensor('uint8', pixels, [1, ...this.windowShape]);
      const seen = await this.vision.run({ frames }, ['video_embeds', 'patch_features']);
      const output = await this.head.run({ ...seen, text_embeds: this.labelEmbeddings });
      const values = output['probabilities']?.data as Float32Array;
      const logits = output['logits']?.data as Float32Array;
      return { values, logits, inferenceMs: performance.now() - startedAt };
    } catch (error) {
      throw new ActionwireError('INFERENCE_FAILED', messageOf(error), { cause: error });
    }
  }

  async #warm(): Promise<this> {
    await this.run(new Uint8Array(this.windowShape.reduce((product, size) => product * size, 1)));
    return this;
  }
}
