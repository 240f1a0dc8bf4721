/** Runs the three graphs of a checkpoint on a case's inputs, as the program does. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { GraphFiles } from '../../../src/checkpoint/index.js';
import type { Case } from './cases.js';
import { seededFrames, seededIds } from './seeded.js';

type Arrays = Map<string, { readonly data: Float32Array; readonly dims: readonly number[] }>;

/** Everything the graphs give out, by name; `parts`: with the vision graph in two parts, as where frames are kept. */
export async function runGraphs(graphs: GraphFiles, test: Case, parts = false): Promise<Arrays> {
  const { num_frames: frames, image_size: edge } = test.config.vision_config;
  const ids = seededIds(test.seed, test.labels, test.sequence, test.config.text_config.vocab_size);
  const text = await run(graphs.text, { input_ids: new Tensor('int64', ids, [test.labels, test.sequence]) });
  const pixels = seededFrames(test.seed, test.batch * frames, edge);
  const vision = await (parts ? inTwoParts : atOnce)(graphs, pixels, [test.batch, frames, edge, edge, 3]);
  const head = await run(graphs.head, {
    video_embeds: vision['video_embeds']!,
    patch_features: vision['patch_features']!,
    text_embeds: text['text_embeds']!,
  });
  const all = { ...text, ...vision, ...head };
  return new Map(Object.entries(all).map(([name, { data, dims }]) => [name, { data: data as Float32Array, dims }]));
}

type Vision = (graphs: GraphFiles, pixels: Uint8Array, shape: readonly number[]) => Promise<Record<string, Tensor>>;

const atOnce: Vision = (graphs, pixels, shape) => run(graphs.vision, { frames: new Tensor('uint8', pixels, shape) });

const inTwoParts: Vision = async (graphs, pixels, [batch = 1, frames = 1, ...shape]) => {
  const alone = new Tensor('uint8', pixels, [batch * frames, ...shape]);
  const { first_layer: kept } = await run(graphs.visionFrames, { frames: alone });
  return run(graphs.visionWindow, { first_layer: kept!.reshape([batch, frames, ...kept!.dims.slice(1)]) });
};

async function run(path: string, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await InferenceSession.create(path, { logSeverityLevel: 3 });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}
