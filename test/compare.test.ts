import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparisonTable } from '../src/cli/comparison-table.js';
import { compareWays, type Comparison } from '../src/compare.js';
import { parseWays } from '../src/ways.js';
import { writeTinyModel, type TinyModel } from './infer/support/tiny-model.js';
import { demoClip } from './support/demo.js';

let folder: TinyModel;
let comparison: Comparison;

const options = (source = demoClip, against = 'streaming'): Parameters<typeof compareWays>[0] => ({
  source,
  modelDir: folder.dir,
  model: { cacheDir: folder.cacheDir, fps: 4, strideFrames: 1 },
  engine: { provider: 'cpu', threads: 1 },
  against: parseWays(against),
  maxWindows: 12,
});

beforeAll(async () => {
  folder = await writeTinyModel({ layers: 3 });
  comparison = await compareWays(options(demoClip, 'streaming,int8,streaming+int8'));
}, 120_000);

afterAll(() => folder.remove());

describe('comparing ways on a recording', () => {
  it('tells agreement and cost of each, and stops where asked', () => {
    const { reference, against, ...sizes } = comparison;
    expect(sizes).toEqual({ model: 'tiny', labels: 3, frameCount: 4, strideFrames: 1, windows: 12 });
    expect(reference).toMatchObject({
      name: 'exact+fp32',
      mode: 'exact',
      precision: 'fp32',
      provider: 'cpu, 1 thread',
    });
    expect(against.map(({ name }) => name)).toEqual(['streaming', 'int8', 'streaming+int8']);
    for (const { agreement, cost } of against) {
      expect(agreement.windows).toBe(12);
      expect(agreement.top1Agreement).toBeGreaterThan(0);
      expect(agreement.maxDifference).toBeGreaterThanOrEqual(agreement.meanDifference);
      // Different computations, so a difference of exactly nothing would mean that one way ran twice.
      expect(agreement.meanDifference).toBeGreaterThan(0);
      expect(agreement.maxKl).toBeGreaterThan(0);
      expect(agreement.maxLogitDifference).toBeGreaterThan(agreement.maxDifference);
      expect(agreement.meanCosine).toBeLessThan(1);
      expect(agreement.minCosine).toBeLessThan(agreement.meanCosine);
      expect(agreement.minCosine).toBeGreaterThan(0.5);
      expect(cost.medianMs).toBeGreaterThan(0);
    }
    const differences = against.map(({ agreement }) => agreement.meanDifference);
    expect(new Set(differences).size).toBe(3);
  });

  it('is plain data, and a table whose columns stand below each other', () => {
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
    const [title, head, exact, streaming, , both, provider] = comparisonTable(comparison).split('\n');
    expect(title).toBe('tiny, 3 labels, 4 frames every 1; 12 windows');
    expect(streaming!.indexOf(' %')).toBeGreaterThan(head!.indexOf('same best label'));
    expect(exact!.indexOf('-')).toBe(head!.indexOf('same best label'));
    expect(both).toMatch(/^streaming\+int8 .* 1\/\d+\.\d /);
    expect(provider).toBe('On cpu, 1 thread.');
  });

  it('names the provider of each where they differ', () => {
    const { reference, against } = comparison;
    const elsewhere = { ...comparison, reference: { ...reference, provider: 'cuda' }, against: against.slice(1, 2) };
    expect(comparisonTable(elsewhere)).toContain('exact+fp32 on cuda\nint8 on cpu, 1 thread\n');
  });

  it('refuses what is not a file, and a recording without a whole window', async () => {
    await expect(compareWays(options('test:'))).rejects.toMatchObject({ code: 'SOURCE_NOT_ALLOWED' });
    const slow = { ...options(), model: { cacheDir: folder.cacheDir, fps: 0.02 } };
    await expect(compareWays(slow)).rejects.toMatchObject({ code: 'SOURCE_TOO_SHORT' });
    await expect(compareWays(options('/no/such/clip.mp4'))).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  }, 120_000);
});
