/** Writes the ONNX graphs of a checkpoint; their weights stay in the checkpoint's files. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ActionwireError } from '../core/errors.js';
import { checkWeightsFinite } from './finite-weights.js';
import { GraphBuilder, type WeightReference } from './graph/builder.js';
import { headGraph } from './graph/head.js';
import { headStreamGraph } from './graph/head-stream.js';
import { textGraph } from './graph/text.js';
import { visionGraph } from './graph/vision.js';
import { visionFramesGraph, visionWindowGraph } from './graph/vision-reuse.js';
import { visionStreamGraph } from './graph/vision-stream.js';
import type { Checkpoint } from './open-checkpoint.js';
import { placeWeights } from './place-weights.js';
import type { TensorIndex, WeightType } from './tensor-index.js';

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

/**
 * Writes the graphs into `outDir` (made if missing) and links the weight files beside
 * them. The first call for given weights also reads them once, in pieces, to make sure that all are finite. Calling it
 * again, also from several processes at once, is harmless and cheap, also after `signal` ended an earlier call half-way. Throws
 * `CHECKPOINT_NOT_FINITE`, `CHECKPOINT_GRAPHS_UNWRITABLE` or the reason of `signal`.
 */
export async function writeGraphs(checkpoint: Checkpoint, outDir: string, signal?: AbortSignal): Promise<GraphFiles> {
  const folder = resolve(outDir);
  try {
    await mkdir(folder, { recursive: true });
    await checkOnce(checkpoint.tensors, folder, signal);
    for (const file of weightFiles(checkpoint.tensors)) await placeWeights(file, folder, signal);
    for (const [name, bytes] of encodeGraphs(checkpoint)) await writeIfChanged(join(folder, fileNames[name]), bytes);
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
export function encodeGraphs({ config, preparation, tensors }: Checkpoint): ReadonlyMap<keyof GraphFiles, Uint8Array> {
  const encode = (name: string, build: (g: GraphBuilder) => void): Uint8Array => {
    const graph = new GraphBuilder(name, (tensor) => weightReference(tensors, tensor));
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

function weightReference(tensors: TensorIndex, name: string): WeightReference {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new ActionwireError('INTERNAL', `The graph asks for an unknown tensor ${name}.`);
  const { file, dtype, shape, offset, length, transposed = false } = tensor;
  return { location: basename(file), type: elementTypes[dtype], shape, offset, length, transposed };
}

function weightFiles(tensors: TensorIndex): readonly string[] {
  return [...new Set([...tensors.values()].map((tensor) => tensor.file))];
}

/** Checks the weights' values unless `weights-checked.txt` says that these very files passed before. */
async function checkOnce(tensors: TensorIndex, folder: string, signal?: AbortSignal): Promise<void> {
  const record = join(folder, 'weights-checked.txt');
  const identity = await identify(tensors);
  if ((await readFile(record, 'utf8').catch(() => '')) === identity) return;
  await checkWeightsFinite(tensors, signal);
  await writeAtomically(record, identity);
}

/** Changes when a weight file is replaced or when other parts of it are used. */
async function identify(tensors: TensorIndex): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([...tensors]));
  for (const file of weightFiles(tensors)) {
    const { size, mtimeMs, ino } = await stat(file);
    hash.update(JSON.stringify([file, size, mtimeMs, ino]));
  }
  return hash.digest('hex');
}

async function writeIfChanged(path: string, bytes: Uint8Array): Promise<void> {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(bytes) !== true) await writeAtomically(path, bytes);
}

/** Readers see the old file or the new one, never a part. */
async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
