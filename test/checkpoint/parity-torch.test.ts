/** Weights in a file of torch.save give the logits that transformers computes with them. */
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, writeGraphs } from '../../src/checkpoint/index.js';
import { bounds, differences } from './support/compare.js';
import { caseNamed, readGolden } from './support/cases.js';
import { runGraphs } from './support/run-graphs.js';
import { writeCheckpoint } from './support/write-checkpoint.js';

const golden = (name: string): string => fileURLToPath(new URL(`../reference/golden/torch/${name}`, import.meta.url));

/** Replaces the weights of the case's folder by a file that PyTorch wrote, leaves out `without`, and runs it. */
async function run(name: string, file: string, as: string, without: readonly string[] = []): Promise<void> {
  const test = caseNamed(name);
  const folder = await writeCheckpoint(test);
  try {
    for (const other of ['model.safetensors', ...without]) await rm(join(folder.dir, other));
    await copyFile(golden(file), join(folder.dir, as));
    const graphs = await writeGraphs(await openCheckpoint(folder.dir), join(folder.dir, 'graphs'));
    const found = differences(await runGraphs(graphs, test), await readGolden(test), test);
    for (const [output, bound] of Object.entries(bounds)) expect(found[output], output).toBeLessThanOrEqual(bound);
  } finally {
    await folder.remove();
  }
}

describe('weights in a file of torch.save', () => {
  it('under the names of Hugging Face give the logits of transformers', () =>
    run('one-layer-4-frames', 'one-layer-4-frames.bin', 'pytorch_model.bin'));

  it('under the names of VideoX give the logits of transformers', () =>
    run('videox-names', 'videox-names.pth', 'best.pth'));

  it(
    'under the names of VideoX need neither config.json nor preprocessor_config.json',
    { timeout: 60_000 },
    async () => {
      const test = caseNamed('videox-names');
      const folder = await writeCheckpoint(test);
      try {
        const given = await openCheckpoint(folder.dir);
        for (const file of ['model.safetensors', 'config.json', 'preprocessor_config.json'])
          await rm(join(folder.dir, file));
        await copyFile(golden('videox-names.pth'), join(folder.dir, 'few_ucf_4.pth'));
        const derived = await openCheckpoint(folder.dir);
        expect(derived.config).toEqual(given.config);
        // The picture is 24 pixels here; VideoX resizes to 256/224 of it before the crop.
        expect(derived.preparation).toEqual({ ...given.preparation, shortestEdge: 27 });
        expect([...derived.tensors.keys()]).toEqual([...given.tensors.keys()]);
        await run('videox-names', 'videox-names.pth', 'best.pth', ['config.json', 'preprocessor_config.json']);
      } finally {
        await folder.remove();
      }
    },
  );
});
