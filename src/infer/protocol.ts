/** What the main process and the inference process say to each other; one closed union a direction. */
import type { StreamSizes } from '../checkpoint/index.js';
import type { SerialisedError } from '../core/errors.js';
import type { Precision } from '../core/model-info.js';
import type { ProviderName } from './provider.js';
import type { ShotMemory } from './taught/shot-memory.js';

/** Everything the inference process needs to know; it reads the graphs and their weights from disk itself. */
export interface OpenRequest {
  readonly type: 'open';
  /** Absolute paths of the .onnx files: those of streaming mode where `streaming` is given. */
  readonly graphs: {
    readonly text: string;
    readonly vision: string;
    readonly head: string;
    /** Exact mode with frames kept: what each frame goes through before `vision`. */
    readonly frames?: string;
  };
  /** Token ids of all prompts, `shape[0] x shape[1]`, label after label. */
  readonly tokens: { readonly inputIds: BigInt64Array; readonly shape: readonly [number, number] };
  /** How many prompts each label has; they sum to `tokens.shape[0]`. */
  readonly promptCounts: readonly number[];
  /** Taught examples for the label set of the prompts, which is vocabulary 0. */
  readonly memory?: ShotMemory;
  /** One window, `[T, H, W, 3]`, to warm up with. */
  readonly windowShape: readonly [number, number, number, number];
  /** Exact mode: how many windows share a run at most. Streaming mode never has more frames in a run than one window. */
  readonly batch: number;
  /** Streaming mode: what is kept for each stream. Missing: exact mode. */
  readonly streaming?: StreamSizes;
  readonly provider: ProviderName;
  /** What the vision graph computes with. */
  readonly precision: Precision;
  readonly threads: number;
}

export interface InferItem {
  readonly streamId: string;
  /** Whether what is kept of the stream is thrown away first. */
  readonly restart: boolean;
  /** Whether the stream may go on after this window; a clip scored for itself does not. */
  readonly keep: boolean;
  /** uint8, row-major: the whole window `[T, H, W, 3]`, or, where a stream goes on, its new frames `[n, H, W, 3]`. */
  readonly pixels: Uint8Array;
  /** What the window is compared with: 0, or one that a `vocabulary` request has brought. */
  readonly vocabulary: number;
}

/** One or more windows, each answered for itself. */
export interface InferRequest {
  readonly type: 'infer';
  readonly id: number;
  readonly items: readonly InferItem[];
}

/** Frees what is kept for a stream, after the requests before this one. Not answered. */
export interface ForgetRequest {
  readonly type: 'forget';
  readonly streamId: string;
}

/** Brings an encoded label set under a number that is not in use. Not answered. */
export interface VocabularyRequest extends Vocabulary {
  readonly type: 'vocabulary';
  readonly id: number;
}

/** Frees a vocabulary, after the requests before this one. Not answered. */
export interface ForgetVocabularyRequest {
  readonly type: 'forget-vocabulary';
  readonly id: number;
}

export type Request = OpenRequest | InferRequest | ForgetRequest | VocabularyRequest | ForgetVocabularyRequest;

/** An encoded label set. */
export interface Vocabulary {
  /** One row a label, `[labels, projection]`. */
  readonly embeddings: Float32Array;
  readonly labelCount: number;
  readonly memory?: ShotMemory;
}

/** To the process that encodes one label set. */
export interface EncodeRequest extends Pick<OpenRequest, 'tokens' | 'promptCounts'> {
  /** Absolute path of the text graph. */
  readonly graph: string;
}

/** `embeddings` `[labels, projection]`. */
export type EncodeReply = { readonly embeddings: Float32Array } | { readonly error: SerialisedError };

export interface ItemScores {
  /** Probabilities, one a label. */
  readonly values: Float32Array;
  /** The text's, with the taught examples mixed in where the vocabulary has some. */
  readonly logits: Float32Array;
  /** Of the window, as the model gives it, `[projection]`; not of unit length. */
  readonly embedding: Float32Array;
}

export type Reply =
  /** The process has started and listens. */
  | { readonly type: 'ready' }
  /** `coverage`: which share of the vision graph's operators the provider itself runs, 0..1; the rest run on the CPU. */
  | { readonly type: 'opened'; readonly coverage: number }
  /** `results` in the order of the request's items; `inferenceMs` is the time of all its runs. */
  | {
      readonly type: 'scores';
      readonly id: number;
      readonly results: readonly ItemScores[];
      readonly inferenceMs: number;
    }
  /** `id` is missing when opening failed. */
  | { readonly type: 'failed'; readonly id?: number; readonly error: SerialisedError };
