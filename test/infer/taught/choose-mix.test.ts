import { describe, expect, it } from 'vitest';
import { chooseMix, defaultMix, type TaughtView } from '../../../src/infer/taught/choose-mix.js';

/** Two labels, told apart by direction; the text says `logits` of every view. */
function views(logits: readonly [number, number], clipsEach = 3): TaughtView[] {
  return [0, 1].flatMap((label) =>
    Array.from({ length: clipsEach }, (_, i) => ({
      clip: `${label}-${i}`,
      label,
      embedding: label === 0 ? Float32Array.of(1, 0.1 * i) : Float32Array.of(0.1 * i, 1),
      logits: Float32Array.from(logits),
    })),
  );
}

function choose(all: readonly TaughtView[], queries = all): ReturnType<typeof chooseMix> {
  const keys = Float32Array.from(
    all.flatMap(({ embedding }) => [...embedding].map((value) => value / Math.hypot(...embedding))),
  );
  const memory = { keys, labels: Int32Array.from(all, ({ label }) => label) };
  return chooseMix(
    queries,
    memory,
    all.map(({ clip }) => clip),
  );
}

describe('chooseMix', () => {
  it('lets the examples decide where the text is of no use', () => {
    expect(choose(views([1, 0]))).toMatchObject({ leftOutTop1: 1, textTop1: 0.5 });
    expect(choose(views([1, 0])).alpha).toBeGreaterThan(0);
  });

  it('leaves the text alone where the examples mislead', () => {
    const crossed = views([0, 0], 2).map((view, i) => ({
      ...view,
      logits: view.label === 0 ? Float32Array.of(30, 0) : Float32Array.of(0, 30),
      embedding: i % 2 === 0 ? Float32Array.of(1, 0) : Float32Array.of(0, 1),
    }));
    expect(choose(crossed)).toMatchObject({ leftOutTop1: 1, textTop1: 1 });
  });

  it('takes the default mix where nothing can be left out', () => {
    expect(choose(views([1, 0], 1))).toEqual(defaultMix);
  });

  it('leaves all views of a clip out together', () => {
    const all = views([1, 0], 1).flatMap((view) => [view, view]);
    expect(choose(all)).toEqual(defaultMix);
  });

  it('asks only about the clips that are new, against all', () => {
    const all = views([1, 0]);
    expect(choose(all, all.slice(3)).textTop1).toBe(0);
  });
});
