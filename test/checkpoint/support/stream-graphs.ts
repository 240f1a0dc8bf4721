/** Runs the streaming graphs as docs/inference.md defines the mode, with the plainest bookkeeping there is. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { parseConfig } from '../../../src/checkpoint/config.js';
import { streamSizes, type GraphFiles } from '../../../src/checkpoint/index.js';
import type { Case } from './cases.js';
import { seededFrames, seededIds } from './seeded.js';

export interface StreamRun {
  /** `[streams, frames, projection]`. */
  readonly features: Float32Array;
  /** `[streams, frames - T + 1, labels]`: after every frame from the T-th on. */
  readonly logits: Float32Array;
  /** `[streams, patches, projection]`, after the last frame. */
  readonly patches: Float32Array;
}

/** One thread: the models are tiny, and other tests run beside. */
const options = { logSeverityLevel: 3, intraOpNumThreads: 1 } as const;

/** A case's streaming graphs, opened once for several runs. */
export class StreamGraphs {
  private constructor(
    private readonly test: Case,
    private readonly vision: InferenceSession,
    private readonly head: InferenceSession,
    private readonly texts: Tensor,
  ) {}

  static async open(graphs: GraphFiles, test: Case): Promise<StreamGraphs> {
    const text = await InferenceSession.create(graphs.text, options);
    const texts = await encodeTexts(text, test);
    await text.release();
    const vision = await InferenceSession.create(graphs.visionStream, options);
    return new StreamGraphs(test, vision, await InferenceSession.create(graphs.headStream, options), texts);
  }

  /**
   * Encodes `frames` frames of each of the case's streams. `chunks` are the numbers of new frames in each run of the vision
   * graph; they sum to `frames`. All streams share each run.
   */
  async run(frames: number, chunks: readonly number[]): Promise<StreamRun> {
    const encoded = await encode(this.vision, this.test, frames, chunks);
    return score(this.head, this.test, encoded, this.texts);
  }

  async close(): Promise<void> {
    await this.vision.release();
    await this.head.release();
  }
}

async function encodeTexts(session: InferenceSession, test: Case): Promise<Tensor> {
  const ids = seededIds(test.seed, test.labels, test.sequence, test.config.text_config.vocab_size);
  const output = await session.run({ input_ids: new Tensor('int64', ids, [test.labels, test.sequence]) });
  return output['text_embeds']!;
}

interface EncodedFrames {
  /** By stream, then by frame. */
  readonly features: Float32Array[][];
  readonly terms: Float32Array[][];
}

async function encode(
  session: InferenceSession,
  test: Case,
  frames: number,
  chunks: readonly number[],
): Promise<EncodedFrames> {
  const { batch } = test;
  const edge = test.config.vision_config.image_size;
  const { layers, width, frames: window } = streamSizes(parseConfig({ model_type: 'xclip', ...test.config }));
  const pixels = split(seededFrames(test.seed, batch * frames, edge), batch).map((video) => split(video, frames));
  const shape = [batch, layers, window - 1, width];
  const empty = (): Tensor => new Tensor('float32', new Float32Array(shape.reduce((a, b) => a * b)), shape);
  let cache = { past_keys: empty(), past_values: empty() };
  const found: EncodedFrames = { features: pixels.map(() => []), terms: pixels.map(() => []) };
  let first = 0;
  for (const chunk of chunks) {
    const bytes = Buffer.concat(pixels.flatMap((video) => video.slice(first, first + chunk)));
    const counts = new BigInt64Array(batch).fill(BigInt(Math.min(first, window - 1)));
    const output = await session.run({
      ...cache,
      frames: new Tensor('uint8', new Uint8Array(bytes), [batch, chunk, edge, edge, 3]),
      past_counts: new Tensor('int64', counts, [batch]),
    });
    cache = { past_keys: output['next_keys']!, past_values: output['next_values']! };
    for (const [kind, name] of [
      ['features', 'frame_features'],
      ['terms', 'patch_terms'],
    ] as const) {
      split(output[name]!.data as Float32Array, batch).forEach((rows, stream) => {
        found[kind][stream]!.push(...split(rows, chunk));
      });
    }
    first += chunk;
  }
  return found;
}

async function score(
  session: InferenceSession,
  test: Case,
  { features, terms }: EncodedFrames,
  texts: Tensor,
): Promise<StreamRun> {
  const window = test.config.vision_config.num_frames;
  const logits: Float32Array[] = [];
  const patches: Float32Array[] = [];
  for (const [stream, rows] of features.entries()) {
    const width = rows[0]!.length;
    for (let end = window; end <= rows.length; end++) {
      const mean = meanOf(terms[stream]!.slice(end - window, end));
      const output = await session.run({
        frame_features: new Tensor('float32', joined(rows.slice(end - window, end)), [1, window, width]),
        patch_features: new Tensor('float32', mean, [1, mean.length / width, width]),
        text_embeds: texts,
      });
      logits.push(output['logits']!.data as Float32Array);
      if (end === rows.length) patches.push(mean);
    }
  }
  return { features: joined(features.flat()), logits: joined(logits), patches: joined(patches) };
}

function split<T extends Float32Array | Uint8Array>(data: T, parts: number): T[] {
  const length = data.length / parts;
  return Array.from({ length: parts }, (_, index) => data.slice(index * length, (index + 1) * length) as T);
}

const joined = (parts: readonly Float32Array[]): Float32Array => Float32Array.from(parts.flatMap((part) => [...part]));

const meanOf = (terms: readonly Float32Array[]): Float32Array =>
  Float32Array.from(terms[0]!, (_, i) => terms.reduce((sum, term) => sum + term[i]!, 0) / terms.length);
