import fc from 'fast-check';
import { map } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { StreamItem, WindowItem } from '../../src/core/types.js';
import { slidingWindow, Windower } from '../../src/stream/sliding-window.js';

const frame = (index: number): StreamItem => ({
  kind: 'frame',
  frame: {
    streamId: 'cam',
    index,
    ptsMs: 100 * index,
    capturedAtMs: 5000 + 100 * index,
    width: 1,
    height: 1,
    pixels: Uint8Array.of(index, index, index),
  },
});
const gap: StreamItem = { kind: 'gap', streamId: 'cam', reason: 'reconnect', atPtsMs: 0 };
const state: StreamItem = { kind: 'state', state: { streamId: 'cam', status: 'live', atMs: 0, attempt: 1 } };

/** The first byte of each frame, read when the window is emitted, as a view must be. */
const describeItem = (item: WindowItem): string =>
  item.kind === 'window'
    ? `${item.window.index}:${[...item.window.pixels].filter((_, i) => i % 3 === 0).join('')}`
    : item.kind;

function marbles(run: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0]) => void): void {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(run);
}

const frames = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [String(i), frame(i)]));

describe('slidingWindow', () => {
  it.each([
    ['a window for every frame with stride 1', 1, '0-1-2-3-4-|', '----a-b-c-|', { a: '0:012', b: '1:123', c: '2:234' }],
    ['the first when full, then one every stride', 2, '0-1-2-3-4-|', '----a---c-|', { a: '0:012', c: '1:234' }],
    ['nothing before it is full', 1, '0-1-|', '----|', {}],
    ['afresh after a gap, numbers count on', 1, '012g345|', '--ag--b|', { a: '0:012', b: '1:345', g: 'gap' }],
    ['the stride starts afresh after a gap', 2, '0123g456|', '--a-g--b|', { a: '0:012', b: '1:456', g: 'gap' }],
    ['states pass through in order', 1, 's012|', 's--a|', { s: 'state', a: '0:012' }],
  ] as const)('%s', (_, strideFrames, input, expected, values) => {
    marbles(({ cold, expectObservable }) => {
      const source = cold<StreamItem>(input, { ...frames, g: gap, s: state });
      const result = slidingWindow({ frameCount: 3, strideFrames })(source);
      expectObservable(result.pipe(map(describeItem))).toBe(expected, values);
    });
  });

  it('puts windows off by the offset, after a gap too', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold<StreamItem>('01234g3456|', { ...frames, g: gap });
      const result = slidingWindow({ frameCount: 3, strideFrames: 2, offsetFrames: 1 })(source);
      const values = { a: '0:123', g: 'gap', b: '1:456' };
      expectObservable(result.pipe(map(describeItem))).toBe('---a-g---b|', values);
    });
  });

  it('passes an error on', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold<StreamItem>('01#', frames);
      expectObservable(slidingWindow({ frameCount: 3, strideFrames: 1 })(source)).toBe('--#');
    });
  });

  it('unsubscribes from its source', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<StreamItem>('01234', frames);
      expectObservable(slidingWindow({ frameCount: 5, strideFrames: 1 })(source), '--!').toBe('---');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });

  it('refuses a stride below one', () => {
    expect(() => new Windower({ frameCount: 3, strideFrames: 0 })).toThrow(RangeError);
  });

  it.each([-1, 2, 0.5])('refuses an offset of %d at a stride of 2', (offsetFrames) => {
    expect(() => new Windower({ frameCount: 3, strideFrames: 2, offsetFrames })).toThrow(RangeError);
  });

  it('tells the times of the oldest and newest frame', () => {
    const windower = new Windower({ frameCount: 3, strideFrames: 1 });
    const items = [4, 5, 6, 7].map((i) => windower.push(frame(i)));
    expect(items.at(-1)).toMatchObject({
      kind: 'window',
      window: { index: 1, firstPtsMs: 500, lastPtsMs: 700, capturedAtMs: 5700, frameCount: 3, width: 1, height: 1 },
    });
  });

  it('tells where each window lies: frames numbered without holes, runs by gaps', () => {
    const windower = new Windower({ frameCount: 2, strideFrames: 1 });
    const items = [frame(5), frame(6), frame(7), gap, frame(8), frame(9)].map((item) => windower.push(item));
    const places = items.flatMap((item) => (item?.kind === 'window' ? [item.window.place] : []));
    expect(places.map((place) => place?.newestFrame)).toEqual([1, 2, 4]);
    expect(places[1]?.run).toBe(places[0]?.run);
    expect(places[2]?.run).not.toBe(places[1]?.run);
  });

  it('never mixes two sides of a gap, for any order of frames and gaps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 80 }),
        fc.integer({ min: 1, max: 4 }),
        (isFrame, strideFrames) => {
          const windower = new Windower({ frameCount: 3, strideFrames });
          let lastGapAt = -1;
          let expectedIndex = 0;
          isFrame.forEach((yes, i) => {
            const out = windower.push(yes ? frame(i) : gap);
            if (!yes) lastGapAt = i;
            if (out?.kind !== 'window') return;
            expect(out.window.firstPtsMs).toBeGreaterThan(100 * lastGapAt);
            expect(out.window.pixels.length).toBe(9);
            expect(out.window.index).toBe(expectedIndex++);
          });
        },
      ),
    );
  });
});
