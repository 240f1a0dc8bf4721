/** The same parity for the published base-patch16 shape with 32 frames: 195 million weights made from a seed on disk. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openCheckpoint, writeGraphs } from '../../src/checkpoint/index.js';
import { bounds, differences } from './support/compare.js';
import { caseNamed, readGolden } from './support/cases.js';
import { runGraphs } from './support/run-graphs.js';
import { writeCheckpoint } from './support/write-checkpoint.js';

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

it(
  'computes what transformers computes at full size, with no weights in the JavaScript heap',
  { timeout: 180_000 },
  async () => {
    const test = caseNamed('base-patch16-32-frames');
    const folder = await writeCheckpoint(test);
    try {
      const before = process.memoryUsage();
      const started = performance.now();
      const graphs = await writeGraphs(await openCheckpoint(folder.dir), join(folder.dir, 'graphs'));
      const after = process.memoryUsage();
      const growth = after.heapUsed + after.external - before.heapUsed - before.external;
      const wroteMs = performance.now() - started;
      const found = differences(await runGraphs(graphs, test), await readGolden(test), test);
      if (process.env['ACTIONWIRE_SHOW_PARITY'] !== undefined) {
        const ms = { wrote: Math.round(wroteMs), all: Math.round(performance.now() - started) };
        console.log(
          found,
          ms,
          'heap and buffers MiB',
          mebibytes(growth),
          'peak RSS MiB',
          mebibytes(process.resourceUsage().maxRSS * 1024),
        );
      }
      for (const [name, bound] of Object.entries(bounds)) expect(found[name], name).toBeLessThanOrEqual(bound);
      // The weights take 745 MiB.
      expect(mebibytes(growth)).toBeLessThan(64);
    } finally {
      await folder.remove();
    }
  },
);
