/** A link where it can be made, a copy where it cannot, and no second copy. */
import * as fs from 'node:fs/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { placeWeights } from '../../src/checkpoint/place-weights.js';
import { useTemporaryFolder } from './support/temporary-folder.js';

vi.mock(import('node:fs/promises'), async (original) => {
  const real = await original();
  return { ...real, link: vi.fn(real.link) };
});

const path = useTemporaryFolder();
beforeEach(async () => {
  await fs.mkdir(path('out'));
  await fs.writeFile(path('weights'), 'numbers');
  vi.mocked(fs.link).mockReset();
});

const place = (): Promise<string> => placeWeights(path('weights'), path('out'));
const refuse = (code: string): void => {
  vi.mocked(fs.link).mockRejectedValue(Object.assign(new Error(code), { code }));
};

describe('placing weights', () => {
  it.each(['EXDEV', 'EPERM', 'ENOTSUP'])('copies where linking fails with %s', async (code) => {
    refuse(code);
    expect(await place()).toBe('copied');
    expect(await fs.readFile(path('out', 'weights'), 'utf8')).toBe('numbers');
    expect(await fs.readdir(path('out'))).toEqual(['weights', 'weights.source']);
  });

  it('keeps a copy that was made before, and replaces one of another file, even of the same size and time', async () => {
    refuse('EXDEV');
    await place();
    expect(await place()).toBe('in place');
    const { atime, mtime } = await fs.stat(path('weights'));
    await fs.writeFile(path('new'), 'NUMBERS');
    await fs.rename(path('new'), path('weights'));
    await fs.utimes(path('weights'), atime, mtime);
    expect(await place()).toBe('copied');
    expect(await fs.readFile(path('out', 'weights'), 'utf8')).toBe('NUMBERS');
  });

  it('ends a copy with the reason of the signal, and leaves nothing', async () => {
    refuse('EXDEV');
    const controller = new AbortController();
    vi.mocked(fs.link).mockImplementation(() => {
      controller.abort(new Error('enough'));
      return Promise.reject(Object.assign(new Error('EXDEV'), { code: 'EXDEV' }));
    });
    await expect(placeWeights(path('weights'), path('out'), controller.signal)).rejects.toThrow();
    expect(await fs.readdir(path('out'))).toEqual([]);
  });

  it('fails, and leaves nothing, where the source is gone', async () => {
    refuse('EXDEV');
    await fs.rm(path('weights'));
    await expect(place()).rejects.toThrow('ENOENT');
    expect(await fs.readdir(path('out'))).toEqual([]);
  });
});
