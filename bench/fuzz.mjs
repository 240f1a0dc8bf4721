/**
 * What damaged recordings do to the program: nothing but an end or a failure with a code of its own.
 *
 *   npm run build && node bench/fuzz.mjs [--files 2000] [--from 0] [--seed 1] [--only n] [--keep folder]
 *                                        [--jobs 2] [--deadline-ms 20000] [--memory-mib 1024] [--json]
 *
 * Small whole recordings of many containers and codecs are damaged in ways that `seed` and the file's number decide, and
 * each is played through a decoder process of its own, several at once. Exit code 1 when a file hangs past the deadline,
 * takes a decoder process past the memory, leaves one behind, or troubles the program itself. A decoder process that dies
 * costs one stream and is no such finding; it is counted and printed. `--from n` goes on at file n of the `files`, `--only n`
 * plays file n alone; `--keep` keeps the files of all findings and crashes (with `--only`: the file). Memory and left
 * processes are looked for on Linux only. Interrupted, it reports the files played so far, with exit code 130.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { damaged } from './support/fuzz-mutate.mjs';
import { decoderPids, play } from './support/fuzz-play.mjs';
import { makeSeeds } from './support/fuzz-seeds.mjs';
import { fuzzTable } from './support/fuzz-table.mjs';

const { values: flags } = parseArgs({
  options: {
    files: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    only: { type: 'string' },
    keep: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    'deadline-ms': { type: 'string', default: '20000' },
    'memory-mib': { type: 'string', default: '1024' },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(flags.seed);
const wholeLimits = { deadlineMs: 20_000, memoryMiB: 1024 };
const limits = { deadlineMs: Number(flags['deadline-ms']), memoryMiB: Number(flags['memory-mib']) };

/** What went wrong outside of any stream: it would have ended the program. @type {string[]} */
const faults = [];
const running = new Set();
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => faults.push(`while ${[...running].join(', ')} ran: ${error?.stack ?? error}`));
}

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (interrupted = true));

const folder = mkdtempSync(join(tmpdir(), 'actionwire-fuzz-'));
try {
  const begin = performance.now();
  const seeds = await makeSeeds(folder);
  if (flags.only === undefined) await mustEnd(seeds);
  const files = await playAll(seeds);
  for (const pid of decoderPids()) faults.push(`decoder process ${pid} is left at the end`);
  report(files, (performance.now() - begin) / 1000);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Damage to a recording that does not even play when whole would show nothing. */
async function mustEnd(seeds) {
  const whole = await severalAtOnce(seeds, async ({ name }) => ({
    name,
    ...(await play(join(folder, name), wholeLimits)),
  }));
  const bad = whole.filter(({ outcome }) => outcome !== 'ended');
  if (bad.length > 0) throw new Error(`whole recordings do not play: ${JSON.stringify(bad)}`);
}

function playAll(seeds) {
  const all = Array.from({ length: Number(flags.files) }, (_, number) => number).slice(Number(flags.from));
  return severalAtOnce(flags.only === undefined ? all : [Number(flags.only)], (number) => playOne(seeds, number));
}

/** Answers in the order of `items`; only those begun before an interruption. */
async function severalAtOnce(items, act) {
  const queue = items.entries();
  const results = [];
  const work = async () => {
    for (const [at, item] of queue) {
      if (interrupted) break;
      results[at] = await act(item);
    }
  };
  await Promise.all(Array.from({ length: Number(flags.jobs) }, work));
  return results;
}

async function playOne(seeds, number) {
  const { container, mutations, bytes } = damaged(seeds, seed, number);
  const path = join(folder, `${number}-${container}`);
  writeFileSync(path, bytes);
  running.add(number);
  const result = await play(path, limits);
  running.delete(number);
  if (flags.only !== undefined || isNotable(result)) keep(path, `${flags.seed}-${number}-${container}`);
  rmSync(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { number, container, mutations, sha256, ...result };
}

function keep(path, name) {
  if (flags.keep === undefined) return;
  mkdirSync(flags.keep, { recursive: true });
  copyFileSync(path, join(flags.keep, name));
}

function isFinding({ outcome }) {
  return outcome !== 'ended' && outcome !== 'failed';
}

function isNotable(result) {
  return isFinding(result) || result.code === 'SOURCE_CRASHED';
}

function report(files, seconds) {
  const findings = files.filter(isFinding);
  if (flags.json) console.log(JSON.stringify({ seed, seconds: Math.round(seconds), faults, files }));
  else {
    console.table(fuzzTable(files));
    console.log(`${files.length} files of seed ${seed} in ${Math.round(seconds)} s.`);
    for (const { number, container, mutations, outcome, code, reason } of files.filter(isNotable)) {
      console.log(`${code ?? outcome}: ${container} ${mutations}: ${reason} (again: --seed ${seed} --only ${number})`);
    }
    for (const fault of faults) console.log(`fault: ${fault}`);
  }
  if (findings.length > 0 || faults.length > 0) process.exitCode = 1;
  else if (interrupted) process.exitCode = 130;
}
