/**
 * Every member of the published family by its sizes: widths, heads, patches, pictures and frames are the true ones. Only depth and
 * vocabulary are cut (two vision layers of 12 or 24, one text layer of 12, 512 tokens), so that the weights are made in seconds.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, writeGraphs } from '../../src/checkpoint/index.js';
import { bounds, differences } from './support/compare.js';
import { cases, readGolden } from './support/cases.js';
import { runGraphs } from './support/run-graphs.js';
import { writeCheckpoint } from './support/write-checkpoint.js';

describe('the published family', () => {
  const family = cases.filter(({ name }) => name.startsWith('family-'));

  it.each(family.map((test) => [test.name, test] as const))('%s', { timeout: 600_000 }, async (name, test) => {
    const folder = await writeCheckpoint(test);
    try {
      const graphs = await writeGraphs(await openCheckpoint(folder.dir), join(folder.dir, 'graphs'));
      const found = differences(await runGraphs(graphs, test), await readGolden(test), test);
      if (process.env['ACTIONWIRE_SHOW_PARITY'] !== undefined) console.log(name, found);
      for (const [output, bound] of Object.entries(bounds)) expect(found[output], output).toBeLessThanOrEqual(bound);
    } finally {
      await folder.remove();
    }
  });

  it('is there as a whole', () => {
    const sizes = family.map(({ config: { vision_config: vision } }) => {
      const { patch_size: patch } = vision as unknown as { patch_size: number };
      return `${patch}/${vision.image_size}/${vision.num_frames}`;
    });
    expect(sizes).toEqual(['32/224/8', '32/224/16', '16/224/8', '16/224/16', '16/224/32', '14/224/8', '14/336/16']);
  });
});
