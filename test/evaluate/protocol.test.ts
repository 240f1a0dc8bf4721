import { describe, expect, it } from 'vitest';
import { clipIndices, planProtocol, type ProtocolOptions } from '../../src/evaluate/protocol.js';

const preparation = { shortestEdge: 224, cropWidth: 224, cropHeight: 224, resample: 'bilinear' } as const;
const info = { frameCount: 4, preparation };
const videox: ProtocolOptions = { name: 'videox', clips: 1, crops: 1, seed: 0, frameStep: 1 };
const huggingface: ProtocolOptions = { ...videox, name: 'huggingface' };

describe('planProtocol', () => {
  it.each([
    [112, 128],
    [224, 256],
    [336, 384],
  ])('videox, one crop of %i: the shorter edge to %i', (size, edge) => {
    const sized = { ...preparation, shortestEdge: size, cropWidth: size, cropHeight: size };
    expect(planProtocol(videox, { frameCount: 8, preparation: sized })).toMatchObject({
      frames: 8,
      crop: { width: size, height: size },
      resize: { shortestEdge: edge, rounding: 'nearest', resample: 'bilinear' },
    });
  });

  it('videox, three crops: the shorter edge is the crop itself', () => {
    expect(planProtocol({ ...videox, crops: 3 }, info).resize).toMatchObject({
      shortestEdge: 224,
      rounding: 'nearest',
    });
  });

  it('huggingface: what the checkpoint says', () => {
    const own = { ...preparation, shortestEdge: 240, resample: 'bicubic' } as const;
    const { resize } = planProtocol(huggingface, { frameCount: 4, preparation: own });
    expect(resize).toEqual({ shortestEdge: 240, rounding: 'down', resample: 'bicubic' });
  });

  it.each([
    [{ ...videox, clips: 0 }, /--clips/],
    [{ ...videox, clips: 11 }, /--clips/],
    [{ ...videox, clips: 1.5 }, /--clips/],
    [{ ...huggingface, crops: 3 as const }, /--crops 3/],
    [{ ...huggingface, frameStep: 0.5 }, /--frame-step/],
  ])('refuses %j', (options, message) => {
    expect(() => planProtocol(options, info)).toThrow(message);
  });
});

describe('clipIndices', () => {
  const indices = (options: ProtocolOptions, name = 'a.mp4') => clipIndices(planProtocol(options, info), 40, name);

  it('one view in time is even and not random', () => {
    expect(indices(videox)).toEqual([[5, 15, 25, 35]]);
    expect(indices({ ...videox, seed: 9 }, 'b.mp4')).toEqual([[5, 15, 25, 35]]);
  });

  it('several are random, one picture a part, and the same again for the same clip and seed', () => {
    const views = indices({ ...videox, clips: 3 });
    expect(views).toHaveLength(3);
    for (const view of views) expect(view.map((index) => Math.floor(index / 10))).toEqual([0, 1, 2, 3]);
    expect(new Set(views.map(String)).size).toBe(3);
    expect(indices({ ...videox, clips: 3 })).toEqual(views);
    expect(indices({ ...videox, clips: 3 }, 'b.mp4')).not.toEqual(views);
    expect(indices({ ...videox, clips: 3, seed: 1 })).not.toEqual(views);
  });

  it('huggingface takes neighbours, or every n-th', () => {
    const [view] = indices({ ...huggingface, frameStep: 2 });
    expect(view![3]! - view![0]!).toBe(7);
    expect(view).toEqual(indices({ ...huggingface, frameStep: 2 })[0]);
  });
});
