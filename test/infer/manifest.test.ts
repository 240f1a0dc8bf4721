import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxFps } from '../../src/core/model-info.js';
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
    [{ fps: 61 }, 'fps'],
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

  it('accepts the highest rate that a stream can be sampled at', async () => {
    await write({ fps: maxFps });
    const { fps } = await readManifest(dir);
    expect(fps).toBe(60);
  });

  it('refuses a huge file without reading it', async () => {
    await write({});
    await truncate(join(dir, 'manifest.json'), 3e9);
    await expect(readManifest(dir)).rejects.toMatchObject({
      code: 'MODEL_MANIFEST_INVALID',
      message: `${join(dir, 'manifest.json')} has 3000000000 bytes; at most 4194304 are accepted.`,
    });
  });

  it('refuses what is not JSON', async () => {
    await writeFile(join(dir, 'manifest.json'), '{');
    await expect(readManifest(dir)).rejects.toThrow('is not JSON');
  });
});
