import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coverageOf, withProfile } from '../../../src/infer/worker/coverage.js';

const node = (provider: string): object => ({ cat: 'Node', args: { provider } });

describe('coverageOf', () => {
  it('is the share of operator runs on the provider', () => {
    const events = [node('WebGpuExecutionProvider'), node('CPUExecutionProvider'), { cat: 'Session', args: {} }];
    expect(coverageOf(JSON.stringify(events), 'webgpu')).toBe(0.5);
    expect(coverageOf(JSON.stringify(events), 'cuda')).toBe(0);
    expect(coverageOf('[]', 'cpu')).toBe(0);
  });
});

describe('withProfile', () => {
  it('returns the profile and deletes its folder, also after a failure', async () => {
    const prefixes: string[] = [];
    const text = await withProfile(async (prefix) => {
      prefixes.push(prefix);
      await writeFile(`${prefix}_1.json`, '[1]');
    });
    expect(text).toBe('[1]');
    const failing = withProfile((prefix) => Promise.reject(new Error(prefix)));
    await expect(failing).rejects.toThrow('actionwire-profile-');
    expect(existsSync(dirname(prefixes[0]!))).toBe(false);
  });
});
