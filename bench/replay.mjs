/**
 * A long recording replayed through the whole system as fast as the machine allows, with a subscriber: speed, and memory over it.
 *
 *   npm run build && node bench/replay.mjs [--minutes 60] [--stride 8] [--json]
 *
 * The recording is the demo clip over and over, its packets copied by the `ffmpeg` tool and not encoded again. Linux only (reads
 * /proc). Asserts (limits in bench/budgets.json): the replay ends in order at the recording's end, no window was dropped, every
 * whole pass of the clip gave as many actions as the one before it within a fifth, the subscriber was told the end, and from 30
 * minutes on that the memory of all processes does not grow. The slope is fitted over media time, from a fifth of the recording
 * on (heaps and allocators find their size before) and to the lowest reading of each of 20 stretches: a collected heap is a sawtooth.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { clearInterval, setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { addressFrom } from './support/address-from.mjs';
import { processTree } from './support/processes.mjs';
import { percentile, round, slope, sum } from './support/statistics.mjs';

const demo = { file: 'assets/demo.mp4', seconds: 75.48 };
const stretches = 20;

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    stride: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
  },
});
const seconds = 60 * Number(flags.minutes);
const budgets = JSON.parse(readFileSync(new URL('./budgets.json', import.meta.url), 'utf8')).replay;

const folder = mkdtempSync(join(tmpdir(), 'actionwire-replay-'));
try {
  const recording = join(folder, 'long.mp4');
  const loop = ['-stream_loop', String(Math.ceil(seconds / demo.seconds)), '-i', demo.file];
  execFileSync('ffmpeg', ['-v', 'error', ...loop, '-t', String(seconds), '-c', 'copy', recording]);
  const heard = await replay(recording);
  const result = figures(heard);
  if (!flags.json) console.table(result);
  console.log(JSON.stringify(result));
  for (const problem of problemsOf(heard, result)) {
    console.error(`FAILED: ${problem}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Plays it to its end; samples memory once a second, with the media time that was reached. */
async function replay(recording) {
  const options = ['--speed', 'max', '--stride', flags.stride, '--json', '--scores', '--port', '0'];
  const program = spawn(process.execPath, ['dist/cli.js', 'replay', recording, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(program, 'exit');
  const heard = { begins: [], samples: [], windows: 0, dropped: 0, status: '', mediaMs: 0, toldEnd: false };
  // Not before the first window: the model and the server take their memory until then.
  const sampling = setInterval(() => heard.windows > 0 && heard.samples.push(sample(program.pid, heard)), 1000);
  let begunAt = 0;
  try {
    const subscribed = subscribe(await addressFrom(program.stderr), heard);
    for await (const line of createInterface({ input: program.stdout })) {
      if (begunAt === 0) begunAt = performance.now();
      hear(JSON.parse(line), heard);
    }
    const wallSeconds = (performance.now() - begunAt) / 1000;
    const [exitCode] = await exited;
    await subscribed;
    return { ...heard, wallSeconds, exitCode };
  } finally {
    clearInterval(sampling);
    program.kill('SIGKILL');
  }
}

function hear(message, heard) {
  if (message.type === 'scores') {
    heard.windows += 1;
    heard.mediaMs = message.lastPtsMs;
  } else if (message.type === 'window.dropped') heard.dropped += 1;
  else if (message.type === 'action.started') heard.begins.push(message.fromMs);
  else if (message.type === 'stream.state') heard.status = message.status;
}

/** Resolves when the server has hung up. */
async function subscribe(url, heard) {
  const socket = new WebSocket(url, 'actionwire.v1');
  const closed = once(socket, 'close');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'subscribe', scores: true }));
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.type === 'stream.state' && message.status === 'ended') heard.toldEnd = true;
  });
  await closed;
}

function sample(pid, { mediaMs }) {
  return { mediaMs, rssMb: sum(processTree(pid).map(({ rssBytes }) => rssBytes)) / 2 ** 20 };
}

function figures({ begins, samples, windows, dropped, wallSeconds }) {
  const settled = floor(samples.filter(({ mediaMs }) => mediaMs > 200 * seconds));
  return {
    minutes: round(seconds / 60),
    timesRealTime: round(seconds / wallSeconds),
    windows,
    droppedWindows: dropped,
    actions: begins.length,
    actionsPerPassMedian: percentile(passes(begins), 0.5),
    rssMbStart: round(settled[0]?.rssMb ?? Number.NaN),
    rssMbEnd: round(settled.at(-1)?.rssMb ?? Number.NaN),
    rssMbPerMediaMinute: round(slope(settled.map(({ mediaMs, rssMb }) => [mediaMs / 60_000, rssMb])), 3),
  };
}

function problemsOf({ begins, exitCode, status, mediaMs, toldEnd }, result) {
  const median = result.actionsPerPassMedian;
  const unequal = passes(begins).filter((count) => Math.abs(count - median) > median / 5);
  const steady = result.rssMbPerMediaMinute <= budgets.rssMbPerMediaMinute;
  return [
    [exitCode === 0 && status === 'ended', `the replay ended with ${exitCode}, its stream as "${status}"`],
    [mediaMs > 1000 * seconds - 3000, `the last window ends at ${mediaMs} ms`],
    [toldEnd, 'the subscriber was not told the end'],
    [result.droppedWindows === 0, `${result.droppedWindows} windows were dropped`],
    [begins.length > 0, 'there was no action'],
    [unequal.length === 0, `passes of the clip with ${unequal.join(', ')} actions beside ${median}`],
    [seconds < 1800 || steady, `memory grows faster than ${budgets.rssMbPerMediaMinute} MB a minute of the recording`],
  ]
    .filter(([holds]) => !holds)
    .map(([, problem]) => problem);
}

/** How many actions began in each whole pass of the clip. */
function passes(begins) {
  const counts = Array.from({ length: Math.floor(seconds / demo.seconds) }, () => 0);
  for (const fromMs of begins) {
    const pass = Math.floor(fromMs / 1000 / demo.seconds);
    if (pass < counts.length) counts[pass] += 1;
  }
  return counts;
}

/** The sample of lowest memory in each stretch of the recording. */
function floor(samples) {
  const lowest = new Map();
  for (const each of samples) {
    const stretch = Math.floor((each.mediaMs / 1000 / seconds) * stretches);
    if (!(lowest.get(stretch)?.rssMb <= each.rssMb)) lowest.set(stretch, each);
  }
  return [...lowest.values()];
}
