/** The graphs compute what transformers computes, for tiny models of many shapes whose weights both sides make from a seed. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, writeGraphs } from '../../src/checkpoint/index.js';
import { bounds, differences } from './support/compare.js';
import { caseNamed, cases, readGolden, type Case } from './support/cases.js';
import { runGraphs } from './support/run-graphs.js';
import { writeCheckpoint, type Change } from './support/write-checkpoint.js';

async function compare(test: Case, change?: Change, parts = false): Promise<Record<string, number>> {
  const folder = await writeCheckpoint(test, change);
  try {
    const graphs = await writeGraphs(await openCheckpoint(folder.dir), join(folder.dir, 'graphs'));
    return differences(await runGraphs(graphs, test, parts), await readGolden(test), test);
  } finally {
    await folder.remove();
  }
}

const outside = (found: Record<string, number>): string[] =>
  Object.keys(bounds).filter((name) => !(found[name]! <= bounds[name]!));

/**
 * Adding one number to all scores of a query does not change their softmax, so a key's bias has no effect at all; and the
 * messages of layer 0 are the same for every frame, so it does not matter which of them one attends to.
 */
const hasNoEffect = /k_proj\.bias$|^vision_model\.encoder\.layers\.0\.message_attn\.[qk]_proj\./;

describe('parity with transformers', () => {
  const small = cases.filter(({ name }) => name !== 'base-patch16-32-frames' && !name.startsWith('family-'));
  it.each(small.map((test) => [test.name, test] as const))('%s', async (name, test) => {
    const found = await compare(test);
    if (process.env['ACTIONWIRE_SHOW_PARITY'] !== undefined) console.log(name, found);
    expect(outside(found), JSON.stringify(found)).toEqual([]);
  });

  it.each(small.map((test) => [test.name, test] as const))('%s, layer 0 frame by frame', async (_, test) => {
    const found = await compare(test, undefined, true);
    expect(outside(found), JSON.stringify(found)).toEqual([]);
  });

  it('fails when any one tensor is changed', { timeout: 120_000 }, async () => {
    const test = caseNamed('three-shards');
    const folder = await writeCheckpoint(test);
    const names = [...(await openCheckpoint(folder.dir)).tensors.keys()];
    await folder.remove();
    const unnoticed: string[] = [];
    for (const name of names) {
      const found = await compare(test, { name, change: (value, index) => (index % 2 === 0 ? -value : value) });
      if (outside(found).length === 0) unnoticed.push(name);
    }
    expect(unnoticed.filter((name) => !hasNoEffect.test(name))).toEqual([]);
  });
});
