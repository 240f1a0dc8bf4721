/** The parity cases that both sides share, and what transformers computed for them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readHeader } from '../../../src/checkpoint/safetensors/header.js';
import type { WeightType } from '../../../src/checkpoint/tensor-index.js';

export interface Case {
  readonly name: string;
  readonly seed: number;
  readonly batch: number;
  readonly labels: number;
  readonly sequence: number;
  readonly dtype: WeightType;
  /** Centre of the prompt generator's learned weight. */
  readonly alpha: number;
  readonly shards?: number;
  /** The golden file keeps every n-th patch. */
  readonly patchStride?: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly config: {
    readonly text_config: { readonly vocab_size: number };
    readonly vision_config: { readonly image_size: number; readonly num_frames: number };
  };
}

const reference = new URL('../../reference/', import.meta.url);

export const cases = (JSON.parse(readFileSync(new URL('cases.json', reference), 'utf8')) as { cases: Case[] }).cases;

export const caseNamed = (name: string): Case => cases.find((one) => one.name === name)!;

/** The arrays of golden/<case>.safetensors by name. */
export async function readGolden({ name }: Case): Promise<ReadonlyMap<string, Float32Array>> {
  const path = fileURLToPath(new URL(`golden/${name}.safetensors`, reference));
  const bytes = readFileSync(path);
  const arrays = new Map<string, Float32Array>();
  for (const [array, { offset, length }] of await readHeader(path)) {
    arrays.set(array, new Float32Array(Uint8Array.from(bytes.subarray(offset, offset + length)).buffer));
  }
  return arrays;
}
