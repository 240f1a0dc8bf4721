import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ResultsFile } from '../../src/evaluate/index.js';
import { result } from './support/results.js';

const settings = { model: 'm', labels: ['run', 'jump'], clips: 1 };
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-results-'));
  path = join(folder, 'r.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(...results: ReturnType<typeof result>[]): Promise<void> {
  const file = await ResultsFile.open(path, settings);
  for (const one of results) await file.add(one);
  await file.close();
}

async function finished(): Promise<unknown[]> {
  const file = await ResultsFile.open(path, settings);
  await file.close();
  return [...file.finished.values()];
}

describe('the results file', () => {
  it('gives back what was written, the later of two results of a clip', async () => {
    const [a, b, again] = [result('a', 'run', 'run', 0), result('b', 'run', 'jump', 1), result('a', 'jump', 'jump', 0)];
    await write(a, b);
    await write(again);
    expect(await finished()).toEqual([again, b]);
  });

  it('goes on after a line that was cut off', async () => {
    const [a, b] = [result('ä', 'run', 'run', 0), result('b', 'run', 'run', 0)];
    await write(a);
    await appendFile(path, '{"kind":"scored","path":"ü');
    await write(b);
    expect(await finished()).toEqual([a, b]);
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(4);
  });

  it('refuses other settings and says which', async () => {
    await write(result('a', 'run', 'run', 0));
    await expect(ResultsFile.open(path, { ...settings, clips: 4, labels: ['run'] })).rejects.toMatchObject({
      code: 'EVALUATION_RESULTS_INVALID',
      message: expect.stringMatching(/labels; clips 1, now 4$/) as string,
    });
  });

  it.each([
    ['no results\n', /does not begin with the settings/],
    ['no line end', /first line is not complete/],
    [`${JSON.stringify({ actionwireResults: 1, settings })}\n{"kind":"scored"}\n`, /line 2 is no finished clip/],
  ])('refuses %j and leaves it as it is', async (text, message) => {
    await writeFile(path, text);
    await expect(finished()).rejects.toMatchObject({ code: 'EVALUATION_RESULTS_INVALID' });
    await expect(finished()).rejects.toThrow(message);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('says when it cannot be written', async () => {
    path = join(folder, 'no', 'such', 'folder.jsonl');
    await expect(finished()).rejects.toMatchObject({ code: 'EVALUATION_OUTPUT_UNWRITABLE' });
  });
});
