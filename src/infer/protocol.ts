/** What the main process and the inference process say to each other; one closed union a direction. */
import type { SerialisedError } from '../core/errors.js';
import type { ProviderName } from './provider.js';

/** Everything the inference process needs to know; it reads the graphs and their weights from disk itself. */
export interface OpenRequest {
  readonly type: 'open';
  /** Absolute paths of the three .onnx files. */
  readonly graphs: { readonly text: string; readonly vision: string; readonly head: string };
  /** Token ids of all prompts, `shape[0] x shape[1]`, label after label. */
  readonly tokens: { readonly inputIds: BigInt64Array; readonly shape: readonly [number, number] };
  /** How many prompts each label has; they sum to `tokens.shape[0]`. */
  readonly promptCounts: readonly number[];
  /** One window, `[T, H, W, 3]`, to warm up with. */
  readonly windowShape: readonly [number, number, number, number];
  readonly provider: ProviderName;
  readonly threads: number;
}

export interface InferRequest {
  readonly type: 'infer';
  readonly id: number;
  /** `[T, H, W, 3]` uint8, row-major. */
  readonly pixels: Uint8Array;
}

export type Request = OpenRequest | InferRequest;

export type Reply =
  /** The process has started and listens. */
  | { readonly type: 'ready' }
  /** `coverage`: which share of the vision graph's operators the provider itself runs, 0..1; the rest run on the CPU. */
  | { readonly type: 'opened'; readonly coverage: number }
  | {
      readonly type: 'scores';
      readonly id: number;
      readonly values: Float32Array;
      readonly logits: Float32Array;
      readonly inferenceMs: number;
    }
  /** `id` is missing when opening failed. */
  | { readonly type: 'failed'; readonly id?: number; readonly error: SerialisedError };
