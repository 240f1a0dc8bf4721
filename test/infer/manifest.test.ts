import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/infer/manifest.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'actionwire-manifest-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const write = (content: unknown): Promise<void> => writeFile(join(dir, 'manifest.json'), JSON.stringify(content));

describe('readManifest', () => {
  it('gives the documented defaults for a folder without one', async () => {
    expect(await readManifest(dir)).toEqual({
      fps: 6,
      strideFrames: 4,
      referencePoint: 0.5,
      promptTemplates: ['{}'],
      labelPhrases: {},
      recommended: {},
    });
  });

  it('keeps what it does not know', async () => {
    await write({ name: 'mine', trainedBy: 'somebody' });
    expect(await readManifest(dir)).toMatchObject({ name: 'mine', trainedBy: 'somebody' });
  });

  it.each([
    [{ fps: 0 }, 'fps'],
    [{ strideFrames: 1.5 }, 'strideFrames'],
    [{ referencePoint: 2 }, 'referencePoint'],
    [{ promptTemplates: ['a person'] }, 'promptTemplates.0: a prompt template needs {}'],
    [{ promptTemplates: [] }, 'promptTemplates'],
    [{ recommended: { enter: 7 } }, 'recommended.enter'],
    [['not', 'an object'], 'the file'],
  ])('refuses %j and names the field', async (content, field) => {
    await write(content);
    const error: unknown = await readManifest(dir).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'MODEL_MANIFEST_INVALID' });
    expect((error as Error).message).toContain(`manifest.json: ${field}`);
  });

  it('refuses what is not JSON', async () => {
    await writeFile(join(dir, 'manifest.json'), '{');
    await expect(readManifest(dir)).rejects.toThrow('is not JSON');
  });
});
