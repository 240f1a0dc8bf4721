/** Says what a checkpoint is, for people and for `actionwire model inspect`: sizes, weights, cost, preprocessing. */
import type { TransformerConfig, XClipConfig } from './config.js';
import type { Checkpoint } from './open-checkpoint.js';
import { openTokenizer } from './tokenizer.js';

/** Nested plain values; sizes in elements, `bytes` in bytes, costs in multiply-adds. */
export interface CheckpointDescription {
  readonly architecture: XClipConfig;
  readonly weights: {
    readonly parameters: number;
    readonly bytes: number;
    readonly types: string;
    readonly files: number;
  };
  readonly parametersByPart: Readonly<Record<string, number>>;
  readonly preprocessing: Checkpoint['preparation'];
  readonly tokenizer: { readonly vocabularySize: number; readonly maxLength: number };
  /** Multiply-adds of the vision graph for one frame, of it for one window, and of the head for one window and one label. */
  readonly multiplyAdds: { readonly frame: number; readonly window: number; readonly headPerLabel: number };
}

/** Reads the tokenizer too, so that a folder that is described is a folder that loads. @throws TOKENIZER_INVALID */
export async function describeCheckpoint(checkpoint: Checkpoint): Promise<CheckpointDescription> {
  const { config, preparation, tensors } = checkpoint;
  const { vocabularySize, maxLength } = await openTokenizer(checkpoint.dir);
  const entries = [...tensors.values()];
  return {
    architecture: config,
    weights: {
      parameters: sum(entries.map(({ shape }) => elements(shape))),
      bytes: sum(entries.map(({ length }) => length)),
      types: [...new Set(entries.map(({ dtype }) => dtype))].sort().join(', '),
      files: new Set(entries.map(({ file }) => file)).size,
    },
    parametersByPart: parametersByPart(tensors),
    preprocessing: preparation,
    tokenizer: { vocabularySize, maxLength },
    multiplyAdds: multiplyAdds(config),
  };
}

function parametersByPart(tensors: Checkpoint['tensors']): Record<string, number> {
  const parts: Record<string, number> = {};
  for (const [name, { shape }] of tensors) {
    const part = name.split('.', 1)[0] ?? name;
    parts[part] = (parts[part] ?? 0) + elements(shape);
  }
  return parts;
}

/** Matrix products only; norms, activations and softmax are a few per cent more. */
function multiplyAdds({ vision, mit, projectionSize: p, prompts }: XClipConfig): CheckpointDescription['multiplyAdds'] {
  const { hiddenSize: d, frames } = vision;
  const patches = (vision.imageSize / vision.patchSize) ** 2;
  const tokens = patches + 1;
  const message = 5 * d * d + 2 * frames * d;
  const selfAttention = (tokens + 1) * 4 * d * d + 2 * (tokens + 1) ** 2 * d;
  const layer = message + selfAttention + tokens * feedForward(vision);
  const embedding = patches * 3 * vision.patchSize ** 2 * d;
  const frame = embedding + vision.layers * layer + d * p + patches * d * p;
  const integration = mit.layers * frames * (4 * p * p + 2 * frames * p + feedForward(mit));
  const headPerLabel = prompts.layers * (10 * p * p + 2 * patches * p) + p;
  return { frame, window: frames * frame + integration, headPerLabel };
}

const feedForward = ({ hiddenSize, intermediateSize }: TransformerConfig): number => 2 * hiddenSize * intermediateSize;

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
