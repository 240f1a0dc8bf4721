/** What is kept for each stream between two windows: the sizes, and the memory that follows from them. */
import type { XClipConfig } from './config.js';

export interface StreamSizes {
  readonly layers: number;
  /** Width of a message, D. */
  readonly width: number;
  /** Frames per window, T. */
  readonly frames: number;
  /** Patches per frame, N. */
  readonly patches: number;
  /** Width of a frame feature and of a patch term, P. */
  readonly projection: number;
}

/** Bytes per stream. */
export interface StreamMemory {
  /** Keys and values of the last T - 1 messages of every layer, float32: `2 x layers x (T - 1) x D x 4`. */
  readonly messages: number;
  /** Features of the last T frames, float32: `T x P x 4`. */
  readonly frameFeatures: number;
  /** Patch terms of the last T frames, float32: `T x N x P x 4`. */
  readonly patchTerms: number;
  /** Their running sum, float64: `N x P x 8`. */
  readonly patchSum: number;
  readonly total: number;
}

export function streamSizes({ vision, projectionSize }: XClipConfig): StreamSizes {
  const { layers, hiddenSize: width, frames, imageSize, patchSize } = vision;
  return { layers, width, frames, patches: (imageSize / patchSize) ** 2, projection: projectionSize };
}

/** Exact mode on the CPU: the last T frames after layer 0, float32, `T x (N + 1) x D x 4` bytes a stream. */
export function keptFramesMemory({ frames, patches, width }: StreamSizes): number {
  return frames * (patches + 1) * width * 4;
}

export function streamMemory({ layers, width, frames, patches, projection }: StreamSizes): StreamMemory {
  const parts = {
    messages: 2 * layers * (frames - 1) * width * 4,
    frameFeatures: frames * projection * 4,
    patchTerms: frames * patches * projection * 4,
    patchSum: patches * projection * 8,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes) };
}
