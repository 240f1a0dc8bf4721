/** Writes the ONNX graphs of a checkpoint; their weights stay in the checkpoint's files. */
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ActionwireError } from '../core/errors.js';
import type { Precision } from '../core/model-info.js';
import { checkHalfRange } from './half-range.js';
import { checkWeightsFinite } from './finite-weights.js';
import { GraphBuilder, type ReducedProduct, type WeightReference } from './graph/builder.js';
import { headGraph } from './graph/head.js';
import { headStreamGraph } from './graph/head-stream.js';
import { textGraph } from './graph/text.js';
import { visionGraph } from './graph/vision.js';
import { visionFramesGraph, visionWindowGraph } from './graph/vision-reuse.js';
import { visionStreamGraph } from './graph/vision-stream.js';
import type { XClipConfig } from './config.js';
import type { Checkpoint } from './open-checkpoint.js';
import { placeWeights } from './place-weights.js';
import { quantisedLayout } from './quantise/layout.js';
import { writeQuantised } from './quantise/write-quantised.js';
import { reducedLayers } from './reduced-products.js';
import type { TensorIndex, WeightType } from './tensor-index.js';
import { weightFiles, weightsIdentity } from './weights-identity.js';
import { writeAtomically } from '../core/write-atomically.js';

/** Absolute paths of the .onnx files. */
export interface GraphFiles {
  readonly text: string;
  readonly vision: string;
  readonly head: string;
  /** Exact mode where frames are kept: each frame's part of the vision graph, then the windows'. */
  readonly visionFrames: string;
  readonly visionWindow: string;
  /** Streaming mode: new frames and the cache of earlier messages instead of whole windows. */
  readonly visionStream: string;
  /** Streaming mode: logits from the last T frames' features. */
  readonly headStream: string;
}

const fileNames: Readonly<Record<keyof GraphFiles, string>> = {
  text: 'text.onnx',
  vision: 'vision.onnx',
  head: 'head.onnx',
  visionFrames: 'vision-frames.onnx',
  visionWindow: 'vision-window.onnx',
  visionStream: 'vision-stream.onnx',
  headStream: 'head-stream.onnx',
};

const elementTypes: Readonly<Record<WeightType, WeightReference['type']>> = {
  F32: 'float',
  F16: 'float16',
  BF16: 'bfloat16',
};

export interface GraphOptions {
  /** Default `fp32`. Each precision needs an `outDir` of its own. */
  readonly precision?: Precision;
  readonly signal?: AbortSignal;
}

/**
 * Writes the graphs into `outDir` (made if missing) and links the weight files beside
 * them. The first call for given weights also reads them once, in pieces, to make sure that all are finite, and for `int8` quantises them. Calling it
 * again, also from several processes at once, is harmless and cheap, also after `signal` ended an earlier call half-way. Throws
 * `CHECKPOINT_NOT_FINITE`, `CHECKPOINT_HALF_RANGE`, `CHECKPOINT_GRAPHS_UNWRITABLE` or the reason of `signal`.
 */
export async function writeGraphs(
  checkpoint: Checkpoint,
  outDir: string,
  { precision = 'fp32', signal }: GraphOptions = {},
): Promise<GraphFiles> {
  const folder = resolve(outDir);
  try {
    await mkdir(folder, { recursive: true });
    await checkOnce(checkpoint, folder, precision, signal);
    for (const file of weightFiles(checkpoint.tensors)) await placeWeights(file, folder, signal);
    if (precision === 'int8') await writeQuantised(checkpoint, folder, signal);
    for (const [name, bytes] of encodeGraphs(checkpoint, precision))
      await writeIfChanged(join(folder, fileNames[name]), bytes);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof ActionwireError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ActionwireError('CHECKPOINT_GRAPHS_UNWRITABLE', `Writing graphs to ${folder}: ${reason}`, { cause });
  }
  const paths = Object.entries(fileNames).map(([name, file]) => [name, join(folder, file)]);
  return Object.fromEntries(paths) as Record<keyof GraphFiles, string>;
}

/** The graphs as the bytes of .onnx files. */
function encodeGraphs(
  { config, preparation, tensors }: Checkpoint,
  precision: Precision,
): ReadonlyMap<keyof GraphFiles, Uint8Array> {
  const reduced = reducedProducts(config, precision);
  const encode = (name: string, build: (g: GraphBuilder) => void): Uint8Array => {
    const findWeight = (tensor: string): WeightReference => weightReference(tensors, tensor);
    const graph = new GraphBuilder(name, findWeight, (prefix) => reduced.get(prefix));
    build(graph);
    return graph.encode();
  };
  return new Map([
    ['text', encode('text', (g) => textGraph(g, config))],
    ['vision', encode('vision', (g) => visionGraph(g, config, preparation))],
    ['head', encode('head', (g) => headGraph(g, config))],
    ['visionFrames', encode('vision_frames', (g) => visionFramesGraph(g, config, preparation))],
    ['visionWindow', encode('vision_window', (g) => visionWindowGraph(g, config))],
    ['visionStream', encode('vision_stream', (g) => visionStreamGraph(g, config, preparation))],
    ['headStream', encode('head_stream', (g) => headStreamGraph(g, config))],
  ]);
}

/** How the layers that `precision` computes differently are computed, by their prefix. */
function reducedProducts(config: XClipConfig, precision: Precision): ReadonlyMap<string, ReducedProduct> {
  const layers = reducedLayers(config);
  switch (precision) {
    case 'fp32':
      return new Map();
    case 'fp16':
      return new Map(layers.map(({ prefix }) => [prefix, { kind: 'float16' }]));
    case 'int8':
      return quantisedLayout(layers);
    default:
      return precision satisfies never;
  }
}

function weightReference(tensors: TensorIndex, name: string): WeightReference {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new ActionwireError('INTERNAL', `The graph asks for an unknown tensor ${name}.`);
  const { file, dtype, shape, offset, length, transposed = false } = tensor;
  return { location: basename(file), type: elementTypes[dtype], shape, offset, length, transposed };
}

/** Checks the weights' values unless `weights-checked.txt` says that these very files passed before. */
async function checkOnce(
  { config, tensors }: Checkpoint,
  folder: string,
  precision: Precision,
  signal?: AbortSignal,
): Promise<void> {
  const record = join(folder, 'weights-checked.txt');
  const identity = await weightsIdentity(tensors);
  if ((await readFile(record, 'utf8').catch(() => '')) === identity) return;
  await checkWeightsFinite(tensors, signal);
  if (precision === 'fp16') await checkHalfRange(reducedLayers(config), tensors, signal);
  await writeAtomically(record, identity);
}

async function writeIfChanged(path: string, bytes: Uint8Array): Promise<void> {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(bytes) !== true) await writeAtomically(path, bytes);
}
