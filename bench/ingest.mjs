/**
 * What decoding and preparing one stream costs: our decoder process against the `ffmpeg` tool doing the same.
 *
 *   npm run build && node bench/ingest.mjs [--seconds 30] [--runs 3] [--size 1920x1080] [--json]
 *
 * Both decode the same H.264 file with the same number of threads, pick the same pictures (8 per second), run the same
 * filter chain and hand over the raw crops. The figure is CPU time per second of video, as the slope between a long and
 * a short clip, so that neither pays for starting up. Linux only (reads /proc), needs `ffmpeg` on the path.
 * Asserts: the same number of frames, nearly equal crops, the ratio within bench/budgets.json.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStream, parseSource } from '../dist/stream/index.js';
import {
  childrenCpuSeconds,
  cutClip,
  FPS,
  FRAME_BYTES,
  makeNoisyClip,
  preparation,
  spawnFfmpeg,
} from './support/ffmpeg-tool.mjs';
import { median, round as rounded } from './support/statistics.mjs';

const THREADS = 2;

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    runs: { type: 'string', default: '3' },
    size: { type: 'string', default: '1920x1080' },
    json: { type: 'boolean', default: false },
  },
});
const longSeconds = Number(flags.seconds);
const shortSeconds = Math.max(1, Math.round(longSeconds / 6));
const budget = JSON.parse(readFileSync(new URL('./budgets.json', import.meta.url), 'utf8')).ingest;

const folder = mkdtempSync(join(tmpdir(), 'actionwire-bench-'));
try {
  const clips = makeClips();
  const runs = [];
  for (let run = 0; run < Number(flags.runs); run++) runs.push(await compare(clips));
  report(runs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A camera-like clip, and its beginning. */
function makeClips() {
  const long = join(folder, 'long.mp4');
  const short = join(folder, 'short.mp4');
  makeNoisyClip(long, { size: flags.size, fps: 25, seconds: longSeconds, bitrate: '4M' });
  cutClip(long, short, shortSeconds);
  return { long, short };
}

/** One measurement of both sides, interleaved so that other work on the machine hits both alike. */
async function compare(/** @type {{long: string, short: string}} */ { long, short }) {
  const ours = { long: await measure(() => decodeOurs(long)), short: await measure(() => decodeOurs(short)) };
  const theirs = { long: await measure(() => decodeFfmpeg(long)), short: await measure(() => decodeFfmpeg(short)) };
  assert.equal(ours.long.crops.length, theirs.long.crops.length, 'both must sample the same number of frames');
  const difference = meanDifference(ours.long.crops, theirs.long.crops);
  assert(difference <= 0.5, `the crops must be nearly equal: mean difference ${difference}`);
  return { ours: slope(ours), theirs: slope(theirs), difference, frames: ours.long.crops.length };
}

async function decodeOurs(/** @type {string} */ file) {
  const stream = openStream(parseSource(file, { id: 'bench' }), { fps: FPS, preparation, mode: 'replay' });
  const crops = [];
  for await (const item of stream) if (item.kind === 'frame') crops.push(item.frame.pixels);
  return crops;
}

async function decodeFfmpeg(/** @type {string} */ file) {
  const child = spawnFfmpeg({ source: file, size: flags.size, threads: THREADS });
  const chunks = [];
  for await (const chunk of child.stdout) chunks.push(chunk);
  if (child.exitCode === null) await once(child, 'exit');
  const bytes = Buffer.concat(chunks);
  return Array.from({ length: bytes.length / FRAME_BYTES }, (_, i) =>
    bytes.subarray(i * FRAME_BYTES, (i + 1) * FRAME_BYTES),
  );
}

/** CPU time of the child processes (exact: the kernel adds it up when they are gone) and of this process. */
async function measure(/** @type {() => Promise<Uint8Array[]>} */ work) {
  const before = { children: childrenCpuSeconds(), self: process.cpuUsage(), wall: performance.now() };
  const crops = await work();
  const { user, system } = process.cpuUsage(before.self);
  return {
    crops,
    child: childrenCpuSeconds() - before.children,
    program: (user + system) / 1e6,
    wall: (performance.now() - before.wall) / 1000,
  };
}

/** @param {{long: {child: number, program: number, wall: number}, short: {child: number, program: number, wall: number}}} m */
function slope({ long, short }) {
  const seconds = longSeconds - shortSeconds;
  return {
    child: (long.child - short.child) / seconds,
    program: (long.program - short.program) / seconds,
    timesRealTime: longSeconds / long.wall,
  };
}

/** @param {Uint8Array[]} a @param {Uint8Array[]} b */
function meanDifference(a, b) {
  let sum = 0;
  let count = 0;
  for (let frame = 0; frame < a.length; frame += 8) {
    const [x, y] = [a[frame], b[frame]];
    if (x === undefined || y === undefined) break;
    for (let i = 0; i < x.length; i++) sum += Math.abs((x[i] ?? 0) - (y[i] ?? 0));
    count += x.length;
  }
  return sum / count;
}

/** @param {Awaited<ReturnType<typeof compare>>[]} runs */
function report(runs) {
  const ours = median(runs.map((run) => run.ours.child));
  const theirs = median(runs.map((run) => run.theirs.child));
  const result = {
    size: flags.size,
    seconds: longSeconds,
    runs: runs.length,
    framesCompared: runs[0]?.frames,
    cropDifference: round(Math.max(...runs.map((run) => run.difference))),
    cpuPerStreamSecond: { decoderProcess: round(ours), program: round(median(runs.map((run) => run.ours.program))) },
    ffmpegCpuPerStreamSecond: round(theirs),
    ratio: round(ours / theirs),
    timesRealTime: {
      ours: round(median(runs.map((run) => run.ours.timesRealTime))),
      ffmpeg: round(median(runs.map((run) => run.theirs.timesRealTime))),
    },
    budgetRatio: budget.maxCpuRatioToFfmpeg,
  };
  if (flags.json) console.log(JSON.stringify(result));
  else {
    console.table({
      'decoder process': {
        'CPU s per stream s': result.cpuPerStreamSecond.decoderProcess,
        'x real time': result.timesRealTime.ours,
      },
      'program (taking the frames)': { 'CPU s per stream s': result.cpuPerStreamSecond.program },
      'ffmpeg tool': {
        'CPU s per stream s': result.ffmpegCpuPerStreamSecond,
        'x real time': result.timesRealTime.ffmpeg,
      },
    });
    console.log(JSON.stringify(result, null, 2));
  }
  assert(
    result.ratio <= budget.maxCpuRatioToFfmpeg,
    `ratio ${result.ratio} is over the budget ${budget.maxCpuRatioToFfmpeg}`,
  );
}

/** @param {number} value */
function round(value) {
  return rounded(value, 3);
}
