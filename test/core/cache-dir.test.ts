import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultCacheDir } from '../../src/core/cache-dir.js';

describe('defaultCacheDir', () => {
  it.each([
    [{ ACTIONWIRE_CACHE_DIR: '/mine', XDG_CACHE_HOME: '/x' }, 'linux', '/mine'],
    [{ XDG_CACHE_HOME: '/x' }, 'linux', join('/x', 'actionwire')],
    [{ LOCALAPPDATA: '/l' }, 'win32', join('/l', 'actionwire', 'cache')],
  ] as const)('of %j on %s', (env, platform, expected) => {
    expect(defaultCacheDir(env, platform)).toBe(expected);
  });
});
