/**
 * The demo as a looping live stream: latency from frame capture to WebSocket delivery, memory over time, drops.
 *
 *   node bench/live.mjs [--minutes 10]
 *
 * Asserts: no dropped window, at least one action event, and in runs of 15 minutes and more the memory slope after the first five
 * within the budget: until then heaps and allocators find their size. The slope is fitted to the lowest reading of every 30 s, because a
 * collected heap is a sawtooth: what stays after collection is what grows.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { addressFrom } from './support/address-from.mjs';
import { processTree } from './support/processes.mjs';
import { percentile, round, slope, sum } from './support/statistics.mjs';

const { values: flags } = parseArgs({ options: { minutes: { type: 'string', default: '1' } } });
const minutes = Number(flags.minutes);
const budgets = JSON.parse(readFileSync(new URL('./budgets.json', import.meta.url), 'utf8')).live;

const program = spawn(process.execPath, ['dist/cli.js', 'demo', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await addressFrom(program.stdout);
const socket = new WebSocket(url, 'actionwire.v1');
await once(socket, 'open');
socket.send(JSON.stringify({ type: 'subscribe', scores: true }));

const latencies = [];
const counts = { windows: 0, events: 0, dropped: 0 };
socket.on('message', (data) => {
  const message = JSON.parse(String(data));
  if (message.type === 'scores') {
    counts.windows += 1;
    latencies.push(Date.now() - message.capturedAtMs);
  } else if (message.type === 'action.started') counts.events += 1;
  else if (message.type === 'stream.stats') counts.dropped = Math.max(counts.dropped, message.droppedWindows);
});

const samples = [];
const startedAt = Date.now();
while (Date.now() - startedAt < minutes * 60_000) {
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const tree = processTree(program.pid);
  samples.push({
    seconds: (Date.now() - startedAt) / 1000,
    rssMb: sum(tree.map(({ rssBytes }) => rssBytes)) / 2 ** 20,
    eachMb: tree.map(({ rssBytes }) => round(rssBytes / 2 ** 20)),
  });
  if (samples.length % 12 === 0) progress(samples.at(-1));
}
const cpuSeconds = sum(processTree(program.pid).map((process) => process.cpuSeconds));
const seconds = (Date.now() - startedAt) / 1000;
socket.terminate();
program.kill('SIGTERM');
await once(program, 'exit');

latencies.sort((a, b) => a - b);
const settled = floor(
  samples.filter((sample) => sample.seconds > Math.min(300, seconds / 2)),
  30,
);
const result = {
  minutes: round(seconds / 60),
  windowsPerSecond: round(counts.windows / seconds),
  actionsStarted: counts.events,
  droppedWindows: counts.dropped,
  latencyP50Ms: percentile(latencies, 0.5),
  latencyP95Ms: percentile(latencies, 0.95),
  cpuCores: round(cpuSeconds / seconds),
  rssMbStart: round(settled[0].rssMb),
  rssMbEnd: round(settled.at(-1).rssMb),
  rssMbPerMinute: round(slope(settled.map((point) => [point.seconds, point.rssMb])) * 60),
  eachMbStart: settled[0].eachMb.join(' '),
  eachMbEnd: settled.at(-1).eachMb.join(' '),
};
console.table(result);
console.log(JSON.stringify(result));
assert(result.actionsStarted > 0, 'the demo gave no action event');
assert(result.droppedWindows === 0, `${result.droppedWindows} windows were dropped`);
assert(result.latencyP95Ms <= budgets.latencyP95Ms, `p95 latency is over ${budgets.latencyP95Ms} ms`);
if (minutes >= 15)
  assert(
    result.rssMbPerMinute <= budgets.rssMbPerMinute,
    `memory grows faster than ${budgets.rssMbPerMinute} MB a minute`,
  );

/** A line a minute, so that a long run can be watched and its course be seen afterwards. */
function progress({ seconds, rssMb, eachMb }) {
  console.error(
    `${Math.round(seconds / 60)} min: ${round(rssMb)} MB (main, inference, decoder: ${eachMb.join(' ')}), ${counts.windows} windows`,
  );
}

function assert(condition, message) {
  if (condition) return;
  console.error(`FAILED: ${message}`);
  process.exitCode = 1;
}

/** The sample of lowest memory in every stretch of so many seconds. */
function floor(points, stretchSeconds) {
  const lowest = new Map();
  for (const point of points) {
    const stretch = Math.floor(point.seconds / stretchSeconds);
    if (!(lowest.get(stretch)?.rssMb <= point.rssMb)) lowest.set(stretch, point);
  }
  return [...lowest.values()];
}
