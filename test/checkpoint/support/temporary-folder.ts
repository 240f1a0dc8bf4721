/** A folder for one test file, emptied before each test and removed at the end. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** `path()` gives the folder of the running test, `path('a', 'b')` something in it. */
export function useTemporaryFolder(): (...parts: string[]) => string {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'actionwire-checkpoint-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));
  return (...parts) => join(dir, ...parts);
}
