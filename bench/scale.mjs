/**
 * How many live RTSP cameras of 1920x1080 at 25 pictures a second this machine decodes: our decoder processes with the frames
 * taken by the program, against as many processes of the `ffmpeg` tool doing the same.
 *
 *   npm run build && node bench/scale.mjs [--steps 4,8,10,12,14,16,18,20,24] [--seconds 8] [--json]
 *
 * No inference. One server hands all clients the same encoded pictures (it encodes nothing); it needs CPU too, the same for
 * both sides, and is told apart. A step is held when every stream has nearly all of its 8 frames a second, none was dropped,
 * no gap came, and none fell behind its own clock. Each side goes up to its first step that is not held, in turn with the other.
 * Linux only (reads /proc), needs GStreamer's RTSP server and `ffmpeg` (.ci/apt-packages.txt).
 * Asserts: CPU of a stream, and streams held, in relation to the tool, within bench/budgets.json.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FPS, FRAME_BYTES, makeNoisyClip, spawnFfmpeg } from './support/ffmpeg-tool.mjs';
import { processTree } from './support/processes.mjs';
import { startRtspServer } from './support/rtsp-server.mjs';
import { startDecodeProgram } from './support/run-decode-program.mjs';
import { round, sum } from './support/statistics.mjs';

const size = '1920x1080';
/** The clip starts again after this long, without a gap. Seconds. */
const clipSeconds = 10;
/** Frames at both ends of the measurement may fall out of it. */
const leastShareOfFrames = 0.95;
/** How much later than at first a stream's last frame may come, by its own clock. */
const mostBehindMs = 500;
const startTimeoutMs = 60_000;
/** After the first frames of all: connections and caches have settled. */
const settleMs = 2000;

const { values: flags } = parseArgs({
  options: {
    steps: { type: 'string', default: '4,8,10,12,14,16,18,20,24' },
    seconds: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
  },
});
const seconds = Number(flags.seconds);
const steps = flags.steps.split(',').map(Number);
const budget = JSON.parse(readFileSync(new URL('./budgets.json', import.meta.url), 'utf8')).scale;

const folder = mkdtempSync(join(tmpdir(), 'actionwire-scale-'));
let server;
const rows = [];
try {
  const file = join(folder, 'camera.mp4');
  makeNoisyClip(file, { size, fps: 25, seconds: clipSeconds, bitrate: '4M' });
  server = await startRtspServer({ file, shared: true });
  const full = new Set();
  for (const streams of steps) {
    for (const [side, start] of Object.entries({ ours: startOurs, ffmpeg: startTools })) {
      if (full.has(side)) continue;
      rows.push(await measure(side, start, streams));
      if (rows.at(-1).failed !== '') full.add(side);
    }
  }
} finally {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
}
report();

/** Each side: pids to measure, what came since the last report (frames, gaps, lateness of first and last), and an end. */
function startOurs(streams) {
  const program = startDecodeProgram({ way: 'processes', sources: Array(streams).fill(server.url), mode: 'live' });
  return { roots: () => [program.pid], report: program.report, close: program.close };
}

function startTools(streams) {
  const input = ['-rtsp_transport', 'tcp', '-flags', 'low_delay'];
  const tools = Array.from({ length: streams }, () => startTool({ source: server.url, size, threads: 1, input }));
  return {
    roots: () => tools.map(({ pid }) => pid),
    report: async () => tools.map(({ report: own }) => own()),
    close: async () => void (await Promise.all(tools.map(({ close }) => close()))),
  };
}

/** The k-th frame that the tool writes is due k / 8 s after the first. */
function startTool(options) {
  const child = spawnFfmpeg(options);
  let [bytes, reported] = [0, 0];
  let lateMs = [];
  child.stdout.on('data', (chunk) => {
    bytes += chunk.length;
    const late = performance.now() - (1000 * bytes) / FRAME_BYTES / FPS;
    lateMs = [lateMs[0] ?? late, late];
  });
  return {
    pid: child.pid,
    report: () => {
      const frames = Math.floor(bytes / FRAME_BYTES) - reported;
      const since = { frames, gaps: [], lateMs };
      reported += frames;
      lateMs = [];
      return since;
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function measure(side, start, streams) {
  const running = start(streams);
  try {
    const started = await allStarted(running, streams);
    if (!started) return { side, streams, failed: `not all streams started within ${startTimeoutMs / 1000} s` };
    await sleep(settleMs);
    await running.report();
    const before = { own: cpuOf(running.roots()), server: cpuOf([server.pid]), at: performance.now() };
    await sleep(1000 * seconds);
    const came = await running.report();
    const tookSeconds = (performance.now() - before.at) / 1000;
    const own = (cpuOf(running.roots()) - before.own) / tookSeconds;
    const serving = (cpuOf([server.pid]) - before.server) / tookSeconds;
    return judged({ side, streams, cpuPerStream: own / streams, cores: own, serverCores: serving }, came, tookSeconds);
  } finally {
    await running.close();
  }
}

async function allStarted(running, streams) {
  const seen = new Set();
  for (const deadline = performance.now() + startTimeoutMs; performance.now() < deadline; await sleep(200)) {
    for (const [i, { frames }] of (await running.report()).entries()) if (frames > 0) seen.add(i);
    if (seen.size === streams) return true;
  }
  return false;
}

function judged({ side, streams, cpuPerStream, cores, serverCores }, came, tookSeconds) {
  const fewest = Math.min(...came.map(({ frames }) => frames)) / (FPS * tookSeconds);
  const behindMs = Math.max(...came.map(({ lateMs: [first = 0, last = 0] }) => last - first));
  const gaps = sum(came.map((stream) => stream.gaps.length));
  const problems = [
    fewest < leastShareOfFrames ? `a stream had ${round(100 * fewest, 0)} % of its frames` : '',
    behindMs > mostBehindMs ? `a stream fell ${round(behindMs, 0)} ms behind` : '',
    gaps > 0 ? `${gaps} gaps` : '',
  ];
  return {
    side,
    streams,
    cpuPerStream: round(cpuPerStream, 4),
    cores: round(cores),
    serverCores: round(serverCores),
    framesShare: round(fewest, 3),
    behindMs: round(behindMs, 0),
    failed: problems.filter((problem) => problem !== '').join('; '),
  };
}

function cpuOf(roots) {
  return sum(roots.flatMap((pid) => processTree(pid).map(({ cpuSeconds }) => cpuSeconds)));
}

function report() {
  const held = (side) => rows.filter((row) => row.side === side && row.failed === '').at(-1)?.streams ?? 0;
  const [oursHeld, ffmpegHeld] = [held('ours'), held('ffmpeg')];
  // CPU is compared at the largest number that both held: the caches are then as crowded for both.
  const common = Math.min(oursHeld, ffmpegHeld);
  const cpu = (side) => rows.find((row) => row.side === side && row.streams === common)?.cpuPerStream ?? Number.NaN;
  const machine = `${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown'}`;
  const result = {
    machine,
    held: { ours: oursHeld, ffmpeg: ffmpegHeld },
    heldRatio: round(oursHeld / ffmpegHeld),
    cpuRatio: round(cpu('ours') / cpu('ffmpeg')),
  };
  if (!flags.json) console.table(rows);
  console.log(JSON.stringify({ ...result, steps: rows }));
  assert(common > 0, 'not even the first step was held by both');
  assert(result.cpuRatio <= budget.maxCpuRatioToFfmpeg, `${result.cpuRatio} x the CPU of the tool`);
  assert(result.heldRatio >= budget.minHeldRatioToFfmpeg, `${result.heldRatio} of the streams of the tool`);
}
