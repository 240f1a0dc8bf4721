/** Small windows for tests. */
import type { ModelInfo } from '../../../src/core/model-info.js';
import type { ScoreItem, Window, WindowItem } from '../../../src/core/types.js';

/** Window `index` of a stream, with `2 x 1 x 1 x 3` pixels that all hold `index`. */
export function tinyWindow(index: number, streamId = 's'): Window {
  const pixels = new Uint8Array(6).fill(index);
  const times = { firstPtsMs: index * 100, lastPtsMs: index * 100 + 50, capturedAtMs: index };
  return { streamId, index, ...times, frameCount: 2, width: 1, height: 1, pixels };
}

export const windowItem = (index: number, streamId = 's'): WindowItem => ({
  kind: 'window',
  window: tinyWindow(index, streamId),
});

export const gapItem: WindowItem = { kind: 'gap', streamId: 's', reason: 'reconnect', atPtsMs: 0 };

export const stateItem: WindowItem = {
  kind: 'state',
  state: { streamId: 's', status: 'lost', atMs: 0, attempt: 1 },
};

/** `scores 3`, `dropped 2`, `gap`, `state lost`: enough to see order. */
export function brief(item: ScoreItem): string {
  switch (item.kind) {
    case 'scores':
      return `scores ${item.scores.windowIndex}`;
    case 'dropped':
      return `dropped ${item.windowIndex}`;
    case 'gap':
      return 'gap';
    case 'state':
      return `state ${item.state.status}`;
    default:
      return item satisfies never;
  }
}

/** A model whose windows are those of `tinyWindow`. */
export const tinyInfo: ModelInfo = {
  name: 'tiny',
  frameCount: 2,
  fps: 10,
  strideFrames: 1,
  referencePoint: 0.5,
  labels: ['one', 'other'],
  preparation: { shortestEdge: 1, cropWidth: 1, cropHeight: 1, resample: 'bilinear' },
};

/** A window of pseudo-random pixels with the sizes of `info`; the same `index` gives the same picture. */
export function noiseWindow({ frameCount, preparation }: ModelInfo, index: number, streamId = 's'): Window {
  const { cropHeight: height, cropWidth: width } = preparation;
  const pixels = Uint8Array.from(
    { length: frameCount * height * width * 3 },
    (_, at) => Math.imul(at + 1 + index * 7919, 0x9e3779b1) >>> 24,
  );
  return { streamId, index, firstPtsMs: 0, lastPtsMs: 1, capturedAtMs: 0, frameCount, width, height, pixels };
}

/** The window of a stream whose newest frame has the number `newest`; every frame has a picture of its own. */
export function streamWindow(info: ModelInfo, newest: number, streamId = 's', run = 0): Window {
  const window = noiseWindow(info, 0, streamId);
  const frameBytes = window.pixels.length / info.frameCount;
  const pixels = window.pixels.map((_, at) => {
    const frame = newest - info.frameCount + 1 + Math.floor(at / frameBytes);
    return Math.imul((at % frameBytes) + 1 + frame * 7919, 0x9e3779b1) >>> 24;
  });
  return { ...window, pixels, place: { run, newestFrame: newest } };
}
