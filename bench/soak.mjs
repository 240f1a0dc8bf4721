/**
 * Eight mixed cameras for half an hour through the whole program with the bundled model, and a fault every minute.
 *
 *   npm run build && node bench/soak.mjs [--minutes 30] [--fault-every 60] [--seed 1] [--stride 8] [--json]
 *
 * RTSP over TCP (two) and UDP, HTTP MJPEG, MP4 and HLS over HTTP, a looped file, the test pattern; all but the last play the
 * demo clip. RTSP servers are killed and restarted or frozen and thawed, the MJPEG camera hangs up, is refused or falls
 * silent, decoder processes get SIGKILL, SIGSEGV or SIGSTOP; four streams are left alone. The schedule follows from the seed.
 * Linux only (reads /proc), needs the packages of .ci/apt-packages.txt. Stops by itself and leaves no process.
 * Asserts (limits in bench/budgets.json): each fault is noticed and its stream live again in time; streams left alone see
 * nothing of it; actions outside of faults are those of the clip and none outlives its pictures; no hole in `seq`; dropped
 * windows; latency and its growth; growth of memory, file descriptors and threads; no zombie, and an orderly end. Growth is
 * asserted from 15 minutes on: before that heaps and allocators still find their size.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addressFrom } from './support/address-from.mjs';
import { processTree } from './support/processes.mjs';
import { closeCameras, openCameras } from './support/soak-cameras.mjs';
import { happen, schedule } from './support/soak-faults.mjs';
import { judgeSoak, printSoak } from './support/soak-report.mjs';
import { takeSample } from './support/soak-samples.mjs';
import { Watch } from './support/soak-watch.mjs';

/** Before the first fault: all streams are scored and have begun their clip. Seconds. */
const warmUpSeconds = 60;
/** After the last repair, so that every stream is live again and its actions can be judged. Seconds. */
const quietSeconds = 50;
const sampleEveryMs = 5000;
const startTimeoutMs = 120_000;
/** After which an end that was asked for is no end. */
const endTimeoutMs = 10_000;

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    'fault-every': { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    stride: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
  },
});
const seconds = 60 * Number(flags.minutes);
const say = flags.json ? () => undefined : console.log;

const folder = mkdtempSync(join(tmpdir(), 'actionwire-soak-'));
const cameras = await openCameras(folder, seconds + 600);
const plan = schedule(cameras, {
  seed: Number(flags.seed),
  firstAt: warmUpSeconds,
  every: Number(flags['fault-every']),
  until: seconds - quietSeconds,
});
say(`seed ${flags.seed}, ${cameras.length} streams, ${plan.length} faults:`);
for (const { at, down, kind, camera } of plan)
  say(`  ${at} s: ${camera.name}, ${kind}${down > 0 ? ` for ${down} s` : ''}`);

const program = spawn(process.execPath, programArguments(), { stdio: ['ignore', 'pipe', 'inherit'] });
// Whatever hangs: the soak ends, and nothing of it stays.
const overdue = setTimeout(() => giveUp('the soak did not end in time'), 1000 * (seconds + 300));
try {
  const record = await run();
  const result = judgeSoak(record, JSON.parse(readFileSync(new URL('./budgets.json', import.meta.url), 'utf8')).soak);
  if (!flags.json) printSoak(result);
  console.log(JSON.stringify(result));
  for (const problem of result.problems) console.error(`FAILED: ${problem}`);
  if (result.problems.length > 0) process.exitCode = 1;
} finally {
  clearTimeout(overdue);
  program.kill('SIGKILL');
  await closeCameras(cameras);
  rmSync(folder, { recursive: true, force: true });
}

function programArguments() {
  const sources = cameras.map(({ name, source }) => `${name}=${source}`);
  const options = ['--loop', '--stride', flags.stride, '--stall-timeout', '2000', '--port', '0'];
  return ['dist/cli.js', 'run', ...sources, ...options];
}

async function run() {
  const watch = await Watch.open(await addressFrom(program.stdout), cameras);
  await allScored(watch);
  const beginAtMs = Date.now();
  const samples = [];
  const sampling = setInterval(() => {
    if (program.exitCode === null) samples.push(takeSample(program.pid, (Date.now() - beginAtMs) / 1000));
  }, sampleEveryMs);
  const faults = [];
  const until = (second) => sleep(Math.max(0, beginAtMs + 1000 * second - Date.now()));
  try {
    for (const fault of plan) {
      await until(fault.at);
      say(`${fault.at} s: ${fault.camera.name}, ${fault.kind}`);
      faults.push({ ...fault, ...(await happen(fault, program.pid)) });
    }
    await until(seconds);
  } finally {
    clearInterval(sampling);
  }
  return { cameras, watch, samples, faults, beginAtMs, endAtMs: Date.now(), warmUpSeconds, end: await endOf(watch) };
}

async function allScored(watch) {
  const deadline = Date.now() + startTimeoutMs;
  while (watch.all.some(({ windows }) => windows === 0)) {
    if (program.exitCode !== null) throw new Error('the program ended');
    if (Date.now() > deadline) throw new Error('not every stream was scored in time');
    await sleep(100);
  }
}

/** Asks the program to end: its exit code, how long it took, and which of its processes are still there. */
async function endOf(watch) {
  const pids = processTree(program.pid).map(({ pid }) => pid);
  const exited = once(program, 'exit');
  const askedAt = performance.now();
  program.kill('SIGTERM');
  const [code] = await Promise.race([exited, sleep(endTimeoutMs, ['still running'], { ref: false })]);
  const tookMs = performance.now() - askedAt;
  await Promise.race([watch.closed, sleep(endTimeoutMs, undefined, { ref: false })]);
  const left = processTree(process.pid).filter(({ pid }) => pids.includes(pid));
  return { code, tookMs, left: left.map(({ command }) => command) };
}

function giveUp(reason) {
  console.error(`FAILED: ${reason}`);
  for (const { pid } of processTree(process.pid).filter((each) => each.pid !== process.pid))
    process.kill(pid, 'SIGKILL');
  process.exit(1);
}
