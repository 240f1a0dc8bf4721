/** A summary of an opened checkpoint, for `actionwire model inspect`. */
import { basename } from 'node:path';
import type { XClipConfig } from './config.js';
import { countMultiplyAdds, type Cost } from './cost.js';
import type { Checkpoint } from './open-checkpoint.js';
import type { CheckpointPreparation } from './preparation.js';
import { quantisedBytes, quantisedLayout } from './quantise/layout.js';
import { reducedLayers } from './reduced-products.js';
import { keptFramesMemory, streamMemory, streamSizes, type StreamMemory } from './stream-state.js';
import type { TensorEntry, WeightType } from './tensor-index.js';

export const modelParts = ['text', 'vision', 'integration', 'prompts', 'projections'] as const;
export type ModelPart = (typeof modelParts)[number];

export interface WeightSum {
  readonly tensors: number;
  readonly parameters: number;
  readonly bytes: number;
}

export interface CheckpointDescription {
  readonly architecture: 'xclip';
  readonly dir: string;
  /** Sizes as config.json gives them. */
  readonly config: XClipConfig;
  readonly preparation: CheckpointPreparation;
  /** Names of the weight files. */
  readonly files: readonly string[];
  /** Element types that occur. */
  readonly types: readonly WeightType[];
  readonly total: WeightSum;
  readonly parts: Readonly<Record<ModelPart, WeightSum>>;
  readonly multiplyAdds: Cost;
  /** What streaming mode keeps for each stream, bytes. */
  readonly streamMemory: StreamMemory;
  /** The file of weights that `--precision int8` makes, bytes. */
  readonly int8Bytes: number;
  /** What exact mode keeps for each stream on the CPU, bytes. */
  readonly keptFramesMemory: number;
}

/** Reads nothing: all of it is known since `openCheckpoint`. The result is plain data. */
export function describeCheckpoint({ dir, config, preparation, tensors }: Checkpoint): CheckpointDescription {
  const entries = [...tensors];
  const all = entries.map(([, tensor]) => tensor);
  const ofPart = (part: ModelPart): TensorEntry[] =>
    entries.flatMap(([name, tensor]) => (partOf(name) === part ? [tensor] : []));
  const parts = Object.fromEntries(modelParts.map((part) => [part, sum(ofPart(part))])) as Record<ModelPart, WeightSum>;
  return {
    architecture: 'xclip',
    dir,
    config,
    preparation,
    files: [...new Set(all.map(({ file }) => basename(file)))],
    types: [...new Set(all.map(({ dtype }) => dtype))],
    total: sum(all),
    parts,
    multiplyAdds: countMultiplyAdds(config),
    int8Bytes: quantisedBytes(quantisedLayout(reducedLayers(config))),
    streamMemory: streamMemory(streamSizes(config)),
    keptFramesMemory: keptFramesMemory(streamSizes(config)),
  };
}

function partOf(tensor: string): ModelPart {
  if (tensor.startsWith('text_model.')) return 'text';
  if (tensor.startsWith('vision_model.')) return 'vision';
  if (tensor.startsWith('mit.')) return 'integration';
  return tensor.startsWith('prompts_generator.') ? 'prompts' : 'projections';
}

function sum(tensors: readonly TensorEntry[]): WeightSum {
  return {
    tensors: tensors.length,
    parameters: tensors.reduce((total, { shape }) => total + shape.reduce((product, size) => product * size, 1), 0),
    bytes: tensors.reduce((total, { length }) => total + length, 0),
  };
}
