/** The fuzzer of bench/fuzz.mjs with as many files as a test may play, and that it notices what it is there to notice. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { errorCatalogue } from '../../src/core/error-catalogue.js';

const program = fileURLToPath(new URL('../../bench/fuzz.mjs', import.meta.url));

const report = z.object({
  seed: z.number(),
  faults: z.array(z.string()),
  files: z.array(
    z.object({
      number: z.number(),
      container: z.string(),
      mutations: z.string(),
      sha256: z.string(),
      outcome: z.string(),
      code: z.string().optional(),
      reason: z.string().optional(),
      ms: z.number(),
      mib: z.number(),
    }),
  ),
});
type Played = z.infer<typeof report>['files'][number];

it('200 damaged recordings end, or fail with a code, in time and within memory', { timeout: 480_000 }, async () => {
  const { exitCode, faults, files } = await fuzz('--files', '200', '--seed', '1');
  expect(faults).toEqual([]);
  expect(files.filter(({ outcome }) => outcome !== 'ended' && outcome !== 'failed')).toEqual([]);
  expect(exitCode).toBe(0);
  expect(files.map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  const codes = files.flatMap(({ code }) => code ?? []);
  expect(codes.filter((code) => !(code in errorCatalogue))).toEqual([]);
  // Damage that every file survives, or none, would test nothing.
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.length).toBeLessThan(150);
  expect(new Set(files.map(({ container }) => container)).size).toBeGreaterThan(12);
  if (process.platform === 'linux') expect(Math.min(...files.map(({ mib }) => mib))).toBeGreaterThan(20);
  await expectSameAgain(files[171]!);
});

/** The number that a report tells makes the very same file again. */
async function expectSameAgain({ number, container, mutations, sha256 }: Played): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'actionwire-fuzz-test-'));
  try {
    const { files } = await fuzz('--seed', '1', '--only', String(number), '--keep', folder);
    expect(files).toEqual([expect.objectContaining({ number, container, mutations, sha256 })]);
    const kept = readdirSync(folder);
    expect(kept).toEqual([`1-${number}-${container}`]);
    const bytes = readFileSync(join(folder, kept[0]!));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('another seed damages otherwise', async () => {
  const [one, two] = [await fuzz('--seed', '1', '--only', '0'), await fuzz('--seed', '2', '--only', '0')];
  expect(one.files[0]!.sha256).not.toBe(two.files[0]!.sha256);
});

it('a file past the deadline is a finding', async () => {
  const { exitCode, files } = await fuzz('--only', '0', '--deadline-ms', '1');
  expect(exitCode).toBe(1);
  expect(files[0]).toMatchObject({ outcome: 'hang', reason: expect.stringContaining('connecting') as string });
});

it.runIf(process.platform === 'linux')('a file past the memory is a finding', async () => {
  const { exitCode, files } = await fuzz('--only', '0', '--memory-mib', '10');
  expect(exitCode).toBe(1);
  expect(files[0]).toMatchObject({ outcome: 'memory', reason: expect.stringMatching(/^\d+ MiB$/) as string });
});

function fuzz(...args: string[]): Promise<z.infer<typeof report> & { exitCode: number }> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, '--json', ...args], { maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (exitCode !== 0 && exitCode !== 1) reject(new Error(`the fuzzer died: ${stderr}`, { cause: error }));
      else if (stdout === '') reject(new Error(`the fuzzer told nothing: ${stderr}`));
      else resolve({ ...report.parse(JSON.parse(stdout)), exitCode });
    });
  });
}
