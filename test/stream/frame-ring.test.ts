import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameRing } from '../../src/stream/frame-ring.js';

describe('FrameRing', () => {
  it('shows what it holds while it fills', () => {
    const ring = new FrameRing(3, 2);
    ring.push(Uint8Array.of(1, 2), 10);
    ring.push(Uint8Array.of(3, 4), 20);
    expect(ring.isFull).toBe(false);
    expect([...ring.view()]).toEqual([1, 2, 3, 4]);
    expect(ring.firstPtsMs).toBe(10);
  });

  it('refuses a frame of another size', () => {
    expect(() => new FrameRing(3, 2).push(Uint8Array.of(1), 0)).toThrow(RangeError);
  });

  it('refuses a window without frames', () => {
    expect(() => new FrameRing(0, 2)).toThrow(RangeError);
  });

  it('is at every moment one contiguous view of the newest frames, like a plain list', () => {
    const action = fc.oneof(
      { weight: 9, arbitrary: fc.uint8Array({ minLength: 3, maxLength: 3 }) },
      fc.constant('clear'),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(action, { maxLength: 60 }), (frameCount, actions) => {
        const ring = new FrameRing(frameCount, 3);
        let model: { bytes: Uint8Array; ptsMs: number }[] = [];
        actions.forEach((next, ptsMs) => {
          if (typeof next === 'string') {
            ring.clear();
            model = [];
          } else {
            ring.push(next, ptsMs);
            model = [...model, { bytes: next, ptsMs }].slice(-frameCount);
          }
          expect([...ring.view()]).toEqual(model.flatMap(({ bytes }) => [...bytes]));
          expect(ring.size).toBe(model.length);
          expect(ring.isFull).toBe(model.length === frameCount);
          if (model.length > 0) expect(ring.firstPtsMs).toBe(model[0]!.ptsMs);
        });
      }),
    );
  });

  it('copies nothing for a view', () => {
    const ring = new FrameRing(2, 1);
    ring.push(Uint8Array.of(1), 0);
    ring.push(Uint8Array.of(2), 1);
    const before = ring.view().buffer;
    ring.push(Uint8Array.of(3), 2);
    expect(ring.view().buffer).toBe(before);
  });
});
