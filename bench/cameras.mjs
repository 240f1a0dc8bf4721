/**
 * How many live cameras (1280x720, 15 pictures a second) one machine holds with the bundled model: no window dropped, and
 * every stream's 95th percentile of the time from capture to a WebSocket subscriber below the budget.
 *
 *   npm run build && node bench/cameras.mjs [--mode exact|streaming] [--stride 8] [--steps 1,2,4,6,8,10,12,16] [--streams 8]
 *                                           [--seconds 20] [--threads n] [--programs 1] [--options "--batch 4"] [--json]
 *
 * The cameras are the demo clip, encoded once as a camera would, played at its own speed and again and again. Each number of
 * streams runs in a program of its own for `--seconds` after the first windows of all; the first that fails ends the bench.
 * `--streams` tries one number alone. `--programs 2` shares the streams among two programs: give each its `--threads`.
 * Linux only (reads /proc). Asserts for every step that counts as held: each stream has nearly all the windows that its
 * time holds and at least one action. Fails when fewer streams are held than bench/budgets.json asks for.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { makeCameraClip } from './support/camera-clip.mjs';
import { CameraProgram } from './support/camera-program.mjs';
import { round, sum } from './support/statistics.mjs';

/** The bundled model's. */
const SAMPLED_FPS = 10;
/** Windows at both ends of the measurement may fall out of it. */
const LEAST_SHARE_OF_WINDOWS = 0.9;
/** After the first windows: processes have started, caches are warm. */
const SETTLE_MS = 3000;

const { values: flags } = parseArgs({
  options: {
    mode: { type: 'string', default: 'exact' },
    stride: { type: 'string', default: '8' },
    steps: { type: 'string', default: '1,2,4,6,8,10,12,16' },
    streams: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    threads: { type: 'string' },
    programs: { type: 'string', default: '1' },
    options: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const budget = JSON.parse(readFileSync(new URL('./budgets.json', import.meta.url), 'utf8')).cameras;
const seconds = Number(flags.seconds);
const steps = (flags.streams ?? flags.steps).split(',').map(Number);
const runOptions = ['--mode', flags.mode, '--stride', flags.stride];
if (flags.threads !== undefined) runOptions.push('--threads', flags.threads);
runOptions.push(...flags.options.split(' ').filter((word) => word !== ''));

const folder = mkdtempSync(join(tmpdir(), 'actionwire-bench-'));
const results = [];
try {
  const clip = join(folder, 'camera.mp4');
  // Longer than a step, so that no loop restarts the windows in the middle of one.
  await makeCameraClip('assets/demo.mp4', clip, seconds + 30);
  for (const streams of steps) {
    results.push(await measure(clip, streams));
    if (results.at(-1).failed !== '') break;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report();

async function measure(clip, streams) {
  const programs = [];
  try {
    for (const names of share(streams, Number(flags.programs))) {
      programs.push(await CameraProgram.open(names, clip, runOptions));
    }
    await Promise.all(programs.map((program) => program.allScored(120_000)));
    await sleep(SETTLE_MS);
    for (const program of programs) program.reset();
    const before = programs.map((program) => program.usage());
    const startedAt = performance.now();
    await sleep(1000 * seconds);
    const tookSeconds = (performance.now() - startedAt) / 1000;
    const after = programs.map((program) => program.usage());
    const heard = programs.flatMap((program) => [...program.heard.values()]);
    return judged(streams, heard, tookSeconds, used(before, after, tookSeconds));
  } finally {
    await Promise.all(programs.map((program) => program.close()));
  }
}

function judged(streams, heard, tookSeconds, usage) {
  const p95 = heard.map(({ latencies }) => percentile(latencies, 0.95));
  const windows = heard.map(({ latencies }) => latencies.length);
  const dropped = sum(heard.map((stream) => stream.dropped));
  const due = (tookSeconds * SAMPLED_FPS) / Number(flags.stride);
  const problems = [
    dropped > 0 ? `${dropped} windows dropped` : '',
    Math.max(...p95) >= budget.latencyP95Ms ? `p95 latency not below ${budget.latencyP95Ms} ms` : '',
    Math.min(...windows) < LEAST_SHARE_OF_WINDOWS * due
      ? `a stream had ${Math.min(...windows)} of ${round(due)} windows`
      : '',
    heard.some(({ started }) => started === 0) ? 'a stream had no action' : '',
  ];
  return {
    streams,
    windowsPerSecond: round(sum(windows) / tookSeconds),
    dropped,
    p50Ms: round(
      percentile(
        heard.flatMap(({ latencies }) => latencies),
        0.5,
      ),
    ),
    worstP95Ms: round(Math.max(...p95)),
    actions: sum(heard.map(({ started }) => started)),
    ...usage,
    failed: problems.filter((problem) => problem !== '').join('; '),
  };
}

/** Cores busy with each part, and its memory at the end. */
function used(before, after, tookSeconds) {
  const cores = (part) =>
    round(sum(after.map((usage, i) => usage[part].cpuSeconds - before[i][part].cpuSeconds)) / tookSeconds);
  const rssMb = (part) => Math.round(sum(after.map((usage) => usage[part].rssBytes)) / 2 ** 20);
  return {
    coresInference: cores('inference'),
    coresDecoders: cores('decoders'),
    coresMain: cores('main'),
    rssMbInference: rssMb('inference'),
    rssMbDecoders: rssMb('decoders'),
    rssMbMain: rssMb('main'),
  };
}

function report() {
  const held = results.filter(({ failed }) => failed === '').at(-1)?.streams ?? 0;
  const machine = `${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown'}`;
  const wanted = Math.min(budget.streams, steps.at(-1));
  if (!flags.json) {
    console.table(results);
    console.log(`${flags.mode} mode, stride ${flags.stride}, ${machine}: ${held} cameras held`);
  }
  console.log(JSON.stringify({ mode: flags.mode, stride: Number(flags.stride), machine, held, steps: results }));
  if (held >= wanted) return;
  console.error(`FAILED: ${held} cameras are held, fewer than ${wanted}`);
  process.exitCode = 1;
}

/** Names of so many streams, dealt out to so many programs. */
function share(streams, programs) {
  const names = Array.from({ length: streams }, (_, i) => `cam${i + 1}`);
  return Array.from({ length: Math.min(programs, streams) }, (_, i) =>
    names.filter((_name, at) => at % programs === i),
  );
}

function percentile(values, fraction) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? Number.POSITIVE_INFINITY;
}
