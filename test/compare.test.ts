import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { table } from '../src/cli/compare-command.js';
import { compareModes, type ModeComparison } from '../src/compare.js';
import { writeTinyModel, type TinyModel } from './infer/support/tiny-model.js';
import { demoClip } from './support/demo.js';

let folder: TinyModel;
let comparison: ModeComparison;

const options = (source = demoClip): Parameters<typeof compareModes>[0] => ({
  source,
  modelDir: folder.dir,
  model: { cacheDir: folder.cacheDir, fps: 4, strideFrames: 1 },
  engine: { provider: 'cpu', threads: 1 },
  maxWindows: 12,
});

beforeAll(async () => {
  folder = await writeTinyModel({ layers: 3 });
  comparison = await compareModes(options());
}, 120_000);

afterAll(() => folder.remove());

describe('comparing the modes on a recording', () => {
  it('tells agreement and cost, and stops where asked', () => {
    const { agreement, cost } = comparison;
    expect(comparison).toMatchObject({ model: 'tiny', labels: 3, frameCount: 4, strideFrames: 1 });
    expect(agreement.windows).toBe(12);
    expect(agreement.top1Agreement).toBeGreaterThan(0);
    expect(agreement.maxDifference).toBeGreaterThanOrEqual(agreement.meanDifference);
    // Different computations, so a difference of exactly nothing would mean that one mode ran twice.
    expect(agreement.meanDifference).toBeGreaterThan(0);
    expect(agreement.maxKl).toBeGreaterThan(0);
    for (const mode of ['exact', 'streaming'] as const) expect(cost[mode].medianMs).toBeGreaterThan(0);
  });

  it('is plain data, and a table whose columns stand below each other', () => {
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
    const [title, head, exact, streaming] = table(comparison).split('\n');
    expect(title).toMatch(/^tiny, 3 labels, 4 frames every 1; cpu, 1 thread; 12 windows$/);
    expect(streaming!.indexOf(' %')).toBeGreaterThan(head!.indexOf('top-1'));
    expect(exact!.indexOf('-')).toBe(head!.indexOf('top-1'));
  });

  it('refuses what is not a file, and a recording without a whole window', async () => {
    await expect(compareModes(options('test:'))).rejects.toMatchObject({ code: 'SOURCE_NOT_ALLOWED' });
    const slow = { ...options(), model: { cacheDir: folder.cacheDir, fps: 0.02 } };
    await expect(compareModes(slow)).rejects.toMatchObject({ code: 'SOURCE_TOO_SHORT' });
    await expect(compareModes(options('/no/such/clip.mp4'))).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  }, 120_000);
});
