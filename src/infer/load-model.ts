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
  type Tokenizer,
} from '../checkpoint/index.js';
import { defaultCacheDir } from '../core/cache-dir.js';
import { ActionwireError } from '../core/errors.js';
import { labelSetOf, type LabelEntry, type LabelSet } from '../core/label-set.js';
import type { ModelInfo, Precision } from '../core/model-info.js';
import { graphFolder } from './graph-cache.js';
import { checkLabels, resolveLabels } from './labels.js';
import { readManifest, type Manifest } from './manifest.js';
import { promptsFor } from './prompts.js';
import { memoryFor, withTaughtLabels } from './taught/memory-for.js';
import { mustBeTaughtTo, weightsSha256 } from './taught/model-identity.js';
import type { ShotMemory } from './taught/shot-memory.js';
import type { Taught } from './taught/taught-file.js';

/** What the graphs are made from, beside the weights; which of them a folder has depends on who wrote it. */
const configNames = ['config.json', 'preprocessor_config.json', 'processor_config.json'];

export interface ModelOptions {
  /** Instead of the folder's own labels; at most 1000. */
  readonly labels?: readonly LabelEntry[];
  /** Instead of the manifest's prompt templates: sentences with `{}` in the label's place. */
  readonly templates?: readonly string[];
  /** What was taught to this model; its labels are added to the set. */
  readonly taught?: Taught;
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

/** A label set, ready for the text tower. */
export interface PreparedLabels {
  readonly labelSet: LabelSet;
  /** Token ids of all prompts, `shape[0] x shape[1]`, label after label. */
  readonly tokens: { readonly inputIds: BigInt64Array; readonly shape: readonly [number, number] };
  /** How many prompts each label has. */
  readonly promptCounts: readonly number[];
  /** Taught examples of these labels. */
  readonly memory?: ShotMemory;
}

/** With the model's own label set, or the one that the options gave. */
export interface LoadedModel extends PreparedLabels {
  readonly info: ModelInfo;
  /** Thresholds that the manifest recommends. */
  readonly recommended: Manifest['recommended'];
  readonly manifest: Manifest;
  readonly graphs: GraphFiles;
  /** What the graphs compute with. */
  readonly precision: Precision;
  /** What streaming mode keeps for each stream. */
  readonly streamSizes: StreamSizes;
  /** Absolute paths; their content tells this model from others. */
  readonly weightFiles: readonly string[];
  /** Makes another label set ready, with the same templates and examples. @throws MODEL_LABELS_INVALID */
  readonly prepare: (entries: readonly LabelEntry[]) => PreparedLabels;
}

/**
 * Reads manifest.json (optional), labels, checkpoint and tokenizer of `dir`, and writes the ONNX graphs into the cache
 * unless they are there. No weight is held in memory.
 * @throws MODEL_NOT_FOUND, MODEL_MANIFEST_INVALID, MODEL_LABELS_INVALID, TAUGHT_OTHER_MODEL, MODEL_CACHE_UNWRITABLE and the CHECKPOINT_ and TOKENIZER_ codes,
 * or the reason of `signal`
 */
export async function loadModel(dir: string, options: ModelOptions = {}): Promise<LoadedModel> {
  options.signal?.throwIfAborted();
  await mustBeFolder(dir);
  const manifest = await readManifest(dir);
  const checkpoint = await openCheckpoint(dir);
  mustAgree(manifest, checkpoint, dir);
  const { taught } = options;
  const entries = withTaughtLabels(await resolveLabels(dir, options.labels), taught);
  const tokenizer = await openTokenizer(dir);
  const templated = { ...manifest, promptTemplates: [...(options.templates ?? manifest.promptTemplates)] };
  const prepare = (wanted: readonly LabelEntry[]): PreparedLabels =>
    prepareLabels(wanted, templated, tokenizer, taught);
  const prepared = prepare(entries);
  const weightFiles = [...new Set([...checkpoint.tensors.values()].map((tensor) => tensor.file))];
  const info = describe(checkpoint, manifest, prepared.labelSet.labels, options);
  if (taught !== undefined) mustBeTaughtTo(taught, info.name, await weightsSha256(weightFiles, options.signal));
  const configs = configNames.map((name) => join(checkpoint.dir, name)).filter((path) => existsSync(path));
  const { precision = 'fp32', cacheDir = defaultCacheDir(), signal } = options;
  const folder = await graphFolder(cacheDir, [...configs, ...weightFiles], precision);
  return {
    ...prepared,
    info,
    recommended: manifest.recommended,
    manifest: templated,
    graphs: await writeGraphs(checkpoint, folder, { precision, ...(signal === undefined ? {} : { signal }) }),
    precision,
    streamSizes: streamSizes(checkpoint.config),
    weightFiles,
    prepare,
  };
}

function prepareLabels(
  entries: readonly LabelEntry[],
  manifest: Manifest,
  tokenizer: Tokenizer,
  taught: Taught | undefined,
): PreparedLabels {
  const labelSet = labelSetOf(entries, manifest.backgroundLabel);
  checkLabels(labelSet.labels, 'the labels');
  const prompts = promptsFor(entries, manifest);
  const memory = memoryFor(labelSet.labels, taught);
  return {
    labelSet,
    tokens: tokenizer.encode(prompts.flat()),
    promptCounts: prompts.map(({ length }) => length),
    ...(memory === undefined ? {} : { memory }),
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
