/** Our preparation against Hugging Face's, on the pictures and references of test/reference/make_preprocess_golden.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collect, framesOf, open } from '../support/streams.js';
import { readPng } from '../support/read-picture.js';

interface Case {
  readonly clip: string;
  readonly edge: number;
  readonly resample: 'bilinear' | 'bicubic';
  readonly golden: string;
}

const folder = new URL('./golden/preprocess/', import.meta.url);
const cases = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as Case[];

/** FFmpeg reads 10 bits of full range as four times 8 bits: white, 1023, is 255.75 to it, and all between is too bright by up to that. */
const looser = new Map([['ten-bit-422-full-range.mkv', 0.4]]);

async function prepare({ clip, edge, resample }: Omit<Case, 'golden'>): Promise<Uint8Array> {
  const preparation = { shortestEdge: edge, cropWidth: edge, cropHeight: edge, resample };
  const frames = framesOf(await collect(open(new URL(clip, folder).pathname, { preparation })));
  expect(frames).toHaveLength(1);
  return frames[0]!.pixels;
}

function differences(a: Uint8Array, b: Uint8Array): { mean: number; max: number } {
  expect(a.length).toBe(b.length);
  let sum = 0;
  let max = 0;
  a.forEach((value, i) => {
    const difference = Math.abs(value - b[i]!);
    sum += difference;
    max = Math.max(max, difference);
  });
  return { mean: sum / a.length, max };
}

describe('a prepared picture is the one the model was trained on', () => {
  it.each(cases)('$clip, shortest edge $edge, $resample', async (test) => {
    const golden = await readPng(new URL(test.golden, folder).pathname);
    const { mean, max } = differences(await prepare(test), golden);
    expect(mean).toBeLessThanOrEqual(looser.get(test.clip) ?? 0.3);
    expect(max).toBeLessThanOrEqual(16);
  });

  it('and would be another with the other kernel', async () => {
    const test = { clip: 'landscape-bt709.mkv', edge: 112, resample: 'bilinear' } as const;
    const golden = await readPng(new URL('landscape-bt709-112-bicubic.png', folder).pathname);
    expect(differences(await prepare(test), golden).mean).toBeGreaterThan(0.6);
  });
});
