/** The ways to score windows inside the inference process look alike from outside. */
import type { InferenceSession } from 'onnxruntime-node';
import type { InferItem, ItemScores } from '../protocol.js';
import { mixTaught } from '../taught/mix.js';
import type { Vocabularies, WorkerVocabulary } from './vocabularies.js';

export interface WindowModel {
  /** One result an item, in the items' order. */
  run(items: readonly InferItem[]): Promise<ItemScores[]>;
  /** Frees what is kept for a stream, if anything. */
  forget(streamId: string): void;
}

export interface Sessions {
  /** What a frame goes through before `vision`, where frames are kept. */
  readonly frames?: InferenceSession;
  readonly vision: InferenceSession;
  readonly head: InferenceSession;
  readonly vocabularies: Vocabularies;
}

/** Row `index` of a head graph's outputs, which hold `video_embeds` too; taught examples are mixed in here. */
export function scoresOf(
  output: InferenceSession.ReturnType,
  index: number,
  { memory }: Pick<WorkerVocabulary, 'memory'>,
): ItemScores {
  const embedding = rowOf(output, 'video_embeds', index).slice();
  const logits = rowOf(output, 'logits', index).slice();
  if (memory !== undefined) return { ...mixTaught(logits, embedding, memory), embedding };
  return { values: rowOf(output, 'probabilities', index).slice(), logits, embedding };
}

/** A view of row `index` along the first axis of a float32 output. */
export function rowOf(output: InferenceSession.ReturnType, name: string, index: number): Float32Array {
  const tensor = output[name];
  if (tensor === undefined) throw new Error(`the graph gave no ${name}`);
  const { data, dims } = tensor;
  const length = data.length / (dims[0] ?? 1);
  return (data as Float32Array).subarray(index * length, (index + 1) * length);
}
