/** Opens a model folder and makes everything ready that the inference process needs to run it. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  openCheckpoint,
  openTokenizer,
  streamSizes,
  writeGraphs,
  type Checkpoint,
  type GraphFiles,
  type StreamSizes,
} from '../checkpoint/index.js';
import { defaultCacheDir } from '../core/cache-dir.js';
import { ActionwireError } from '../core/errors.js';
import type { ModelInfo, Precision } from '../core/model-info.js';
import { graphFolder } from './graph-cache.js';
import { resolveLabels } from './labels.js';
import { readManifest, type Manifest } from './manifest.js';
import { promptsFor } from './prompts.js';

/** What the graphs are made from, beside the weights; which of them a folder has depends on who wrote it. */
const configNames = ['config.json', 'preprocessor_config.json', 'processor_config.json'];

export interface ModelOptions {
  /** Instead of the folder's own labels; at most 1000. */
  readonly labels?: readonly string[];
  /** Instead of the manifest's sampling rate, frames per second. */
  readonly fps?: number;
  /** Instead of the manifest's distance between windows, frames. */
  readonly strideFrames?: number;
  /** What the big matrix products are computed with; default `fp32`. */
  readonly precision?: Precision;
  /** Where the generated graphs are kept; see `defaultCacheDir`. */
  readonly cacheDir?: string;
  /** Aborts the loading, also in the middle of reading or copying a large checkpoint for the first time. */
  readonly signal?: AbortSignal;
}

export interface LoadedModel {
  readonly info: ModelInfo;
  /** Thresholds that the manifest recommends. */
  readonly recommended: Manifest['recommended'];
  readonly manifest: Manifest;
  readonly graphs: GraphFiles;
  /** What the graphs compute with. */
  readonly precision: Precision;
  /** What streaming mode keeps for each stream. */
  readonly streamSizes: StreamSizes;
  /** Token ids of all prompts, `shape[0] x shape[1]`, label after label. */
  readonly tokens: { readonly inputIds: BigInt64Array; readonly shape: readonly [number, number] };
  /** How many prompts each label has. */
  readonly promptCounts: readonly number[];
}

/**
 * Reads manifest.json (optional), labels, checkpoint and tokenizer of `dir`, and writes the ONNX graphs into the cache
 * unless they are there. No weight is held in memory.
 * @throws MODEL_NOT_FOUND, MODEL_MANIFEST_INVALID, MODEL_LABELS_INVALID, MODEL_CACHE_UNWRITABLE and the CHECKPOINT_ and TOKENIZER_ codes,
 * or the reason of `signal`
 */
export async function loadModel(dir: string, options: ModelOptions = {}): Promise<LoadedModel> {
  options.signal?.throwIfAborted();
  await mustBeFolder(dir);
  const manifest = await readManifest(dir);
  const checkpoint = await openCheckpoint(dir);
  mustAgree(manifest, checkpoint, dir);
  const labels = await resolveLabels(dir, options.labels);
  const prompts = promptsFor(labels, manifest);
  const tokenizer = await openTokenizer(dir);
  const weightFiles = new Set([...checkpoint.tensors.values()].map((tensor) => tensor.file));
  const configs = configNames.map((name) => join(checkpoint.dir, name)).filter((path) => existsSync(path));
  const { precision = 'fp32', cacheDir = defaultCacheDir(), signal } = options;
  const folder = await graphFolder(cacheDir, [...configs, ...weightFiles], precision);
  return {
    info: describe(checkpoint, manifest, labels, options),
    recommended: manifest.recommended,
    manifest,
    graphs: await writeGraphs(checkpoint, folder, { precision, ...(signal === undefined ? {} : { signal }) }),
    precision,
    streamSizes: streamSizes(checkpoint.config),
    tokens: tokenizer.encode(prompts.flat()),
    promptCounts: prompts.map((set) => set.length),
  };
}

async function mustBeFolder(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => undefined);
  if (found === undefined) throw new ActionwireError('MODEL_NOT_FOUND', `${dir} does not exist`);
  if (!found.isDirectory()) throw new ActionwireError('MODEL_NOT_FOUND', `${dir} is not a folder`);
}

function mustAgree({ frames }: Manifest, { config }: Checkpoint, dir: string): void {
  if (frames === undefined || frames === config.vision.frames) return;
  const both = `frames is ${frames}, but config.json says ${config.vision.frames}`;
  throw new ActionwireError('MODEL_MANIFEST_INVALID', `${join(dir, 'manifest.json')}: ${both}`);
}

function describe(
  { dir, config, preparation }: Checkpoint,
  manifest: Manifest,
  labels: readonly string[],
  options: ModelOptions,
): ModelInfo {
  const { shortestEdge, cropWidth, cropHeight, resample } = preparation;
  const { backgroundLabel } = manifest;
  return {
    name: manifest.name ?? basename(dir),
    frameCount: config.vision.frames,
    fps: options.fps ?? manifest.fps,
    strideFrames: options.strideFrames ?? manifest.strideFrames,
    referencePoint: manifest.referencePoint,
    labels,
    ...(backgroundLabel === undefined ? {} : { backgroundLabel }),
    preparation: { shortestEdge, cropWidth, cropHeight, resample },
  };
}
