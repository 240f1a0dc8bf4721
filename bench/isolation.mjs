/**
 * What it costs that every stream is decoded in a process of its own: against the same chain inside the program, and against
 * the `ffmpeg` tool doing the same.
 *
 *   npm run build && node bench/isolation.mjs [--seconds 24] [--runs 3] [--json]
 *
 * For 1080p25 and 720p15. CPU: seconds per second of video of all processes together, main program included, as the slope
 * between a long and a short clip, so that starting up does not count. Memory: what a second to fourth live stream adds,
 * shared pages divided among those that share them. Latency: from a decoded picture to the prepared frame in the program.
 * Linux only (reads /proc), needs `ffmpeg`. Asserts: the same number of frames; the limits in bench/budgets.json.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { childrenCpuSeconds, cutClip, FRAME_BYTES, makeNoisyClip, spawnFfmpeg } from './support/ffmpeg-tool.mjs';
import { processTree, proportionalBytes } from './support/processes.mjs';
import { startDecodeProgram } from './support/run-decode-program.mjs';
import { mean, median, percentile, round, sum } from './support/statistics.mjs';

const videos = [
  { name: '1080p25', size: '1920x1080', fps: 25, bitrate: '4M' },
  { name: '720p15', size: '1280x720', fps: 15, bitrate: '1500k' },
];
const ours = /** @type {const} */ (['processes', 'inside']);
/** Both sides decode files with so many threads. */
const threads = 2;
const manyStreams = 4;
/** Until all live streams have shown frames and found their size. */
const settleMs = 4000;
const latencyMs = 10_000;

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '24' },
    runs: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const longSeconds = Number(flags.seconds);
const shortSeconds = Math.max(1, Math.round(longSeconds / 6));
const budget = JSON.parse(readFileSync(new URL('./budgets.json', import.meta.url), 'utf8')).isolation;

const folder = mkdtempSync(join(tmpdir(), 'actionwire-isolation-'));
const results = {};
try {
  for (const video of videos) results[video.name] = await measure(video);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report();

async function measure(video) {
  const clips = { long: join(folder, `${video.name}.mp4`), short: join(folder, `${video.name}-short.mp4`) };
  makeNoisyClip(clips.long, { ...video, seconds: longSeconds });
  cutClip(clips.long, clips.short, shortSeconds);
  const cpu = { processes: [], inside: [], ffmpeg: [] };
  for (let run = 0; run < Number(flags.runs); run++) {
    const frames = {};
    // In turn, so that other work on the machine hits all alike.
    for (const way of ours) frames[way] = await cpuOf(cpu[way], (file) => decode(way, file), clips);
    frames.ffmpeg = await cpuOf(cpu.ffmpeg, (file) => decodeFfmpeg(file, video.size), clips);
    assert.equal(frames.processes, frames.inside, 'both ways must give the same number of frames');
    assert.equal(frames.processes, frames.ffmpeg, 'the tool must give the same number of frames');
  }
  return {
    cpu: Object.fromEntries(Object.entries(cpu).map(([way, values]) => [way, median(values)])),
    addedMb: { processes: await memory('processes', clips.long), inside: await memory('inside', clips.long) },
    latency: { processes: await latency('processes', clips.long), inside: await latency('inside', clips.long) },
  };
}

/** Adds the CPU seconds per second of video; answers the frames of the long clip. */
async function cpuOf(figures, work, { long, short }) {
  const spent = async (file) => {
    const before = childrenCpuSeconds();
    const frames = await work(file);
    return { frames, cpu: childrenCpuSeconds() - before };
  };
  const [of, least] = [await spent(long), await spent(short)];
  figures.push((of.cpu - least.cpu) / (longSeconds - shortSeconds));
  return of.frames;
}

async function decode(way, file) {
  const program = startDecodeProgram({ way, sources: [file], mode: 'replay' });
  const reported = program.last();
  await program.finished();
  return (await reported)[0].frames;
}

async function decodeFfmpeg(source, size) {
  const child = spawnFfmpeg({ source, size, threads });
  let bytes = 0;
  for await (const chunk of child.stdout) bytes += chunk.length;
  if (child.exitCode === null) await once(child, 'exit');
  return bytes / FRAME_BYTES;
}

/** What one stream more adds to the memory of all processes, MB. */
async function memory(way, file) {
  const total = async (streams) => {
    const program = startDecodeProgram({ way, sources: Array(streams).fill(file), mode: 'live', loop: true });
    try {
      await sleep(settleMs);
      assert(
        (await program.report()).every(({ frames }) => frames > 0),
        'every stream must have shown frames',
      );
      return sum(processTree(program.pid).map(({ pid }) => proportionalBytes(pid)));
    } finally {
      await program.close();
    }
  };
  return ((await total(manyStreams)) - (await total(1))) / (manyStreams - 1) / 2 ** 20;
}

async function latency(way, file) {
  const program = startDecodeProgram({ way, sources: [file], mode: 'live', loop: true });
  try {
    await sleep(settleMs);
    await program.report();
    await sleep(latencyMs);
    const [{ latencies }] = await program.report();
    return { meanMs: mean(latencies), p95Ms: percentile(latencies, 0.95) };
  } finally {
    await program.close();
  }
}

function report() {
  const rows = Object.entries(results).map(([name, { cpu, addedMb, latency: late }]) => ({
    video: name,
    cpuProcesses: round(cpu.processes, 4),
    cpuInside: round(cpu.inside, 4),
    cpuFfmpeg: round(cpu.ffmpeg, 4),
    toInside: round(cpu.processes / cpu.inside),
    toFfmpeg: round(cpu.processes / cpu.ffmpeg),
    mbProcesses: round(addedMb.processes, 1),
    mbInside: round(addedMb.inside, 1),
    addedMeanMs: round(late.processes.meanMs - late.inside.meanMs),
    addedP95Ms: round(late.processes.p95Ms - late.inside.p95Ms),
    meanMs: round(late.processes.meanMs),
  }));
  if (!flags.json) console.table(rows);
  console.log(JSON.stringify(rows));
  for (const row of rows) {
    assert(row.toInside <= budget.maxCpuRatioToInside, `${row.video}: ${row.toInside} x the CPU of decoding inside`);
    assert(row.toFfmpeg <= budget.maxCpuRatioToFfmpeg, `${row.video}: ${row.toFfmpeg} x the CPU of ffmpeg`);
    assert(row.mbProcesses <= budget.mbPerStream, `${row.video}: ${row.mbProcesses} MB for one stream more`);
    assert(row.addedMeanMs <= budget.addedMeanMs, `${row.video}: ${row.addedMeanMs} ms more latency`);
  }
}
