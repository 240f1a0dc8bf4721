/** The bundled model in fp16 and int8 on windows of the demo clip, against fp32. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compareWays } from '../../src/compare.js';
import { parseWays } from '../../src/ways.js';
import { demoClip } from '../support/demo.js';

/** docs/inference.md has the figures of the clip's first 42 windows, four frames apart; here every 64th frame begins one. The bounds leave room. */
const bounds = {
  fp16: { agreement: 1, meanDifference: 1e-4, logits: 0.01 },
  int8: { agreement: 0.9, meanDifference: 2e-3, logits: 1.5 },
} as const;

it('stays near float32 on windows from all over the demo clip', { timeout: 300_000 }, async () => {
  const cacheDir = await mkdtemp(join(tmpdir(), 'actionwire-precision-'));
  try {
    const { windows, against } = await compareWays({
      source: demoClip,
      modelDir: undefined,
      model: { cacheDir, strideFrames: 64 },
      engine: { provider: 'cpu' },
      against: parseWays('fp16,int8'),
      maxWindows: 10,
    });
    expect(windows).toBe(10);
    for (const { name, agreement } of against) {
      const bound = bounds[name as keyof typeof bounds];
      if (process.env['ACTIONWIRE_SHOW_PARITY'] !== undefined) console.log(name, agreement);
      expect(agreement.top1Agreement, name).toBeGreaterThanOrEqual(bound.agreement);
      expect(agreement.meanDifference, name).toBeLessThan(bound.meanDifference);
      expect(agreement.maxLogitDifference, name).toBeLessThan(bound.logits);
      expect(agreement.maxLogitDifference, name).toBeGreaterThan(0);
    }
  } finally {
    await rm(cacheDir, { recursive: true, force: true });
  }
});
