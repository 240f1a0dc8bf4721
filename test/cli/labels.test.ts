import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFrom, readLabels } from '../../src/cli/options.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'actionwire-cli-labels-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('--labels', () => {
  it('takes a list, a file or the name of a set', () => {
    writeFileSync(join(dir, 'mine.txt'), 'walking\n# no label\nwaving\n');
    expect(readLabels('a, b,c')).toEqual(['a', 'b', 'c']);
    expect(readLabels(join(dir, 'mine.txt'))).toEqual(['walking', 'waving']);
    expect(readLabels('hmdb51')).toHaveLength(51);
  });

  it('passes a set into the configuration', () => {
    expect(configFrom(['test:'], { labels: 'kinetics400', server: false }).labels).toHaveLength(400);
  });

  it('names a file that cannot be read', () => {
    expect(() => readLabels(dir)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    const flags = { streamLabels: [`front=${join(dir, 'none.txt')}`], server: false };
    expect(() => configFrom(['front=test:'], flags)).toThrow(/^--stream-labels: there is no file/);
  });
});
