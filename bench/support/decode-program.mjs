/**
 * A program that decodes sources and takes their frames, and does nothing else: the measured side of bench/isolation.mjs and
 * bench/scale.mjs. Its one argument is JSON: `way` is `processes` (as the product: one each, frames by IPC) or `inside` (the
 * same chain in this process), `sources`, `mode` and `loop`. A line on standard input is answered with a line of JSON on
 * what came since the last one, and so is the end of all sources; it ends then, or with its input.
 */
import { createInterface } from 'node:readline';
import { DecodeSession } from '../../dist/stream/child/session.js';
import { openStream, parseSource, streamDefaults } from '../../dist/stream/index.js';
import { planInput } from '../../dist/stream/source-spec.js';
import { creditsInFlight } from '../../dist/stream/stream-options.js';
import { FPS, preparation } from './ffmpeg-tool.mjs';

const { way, sources, mode, loop = false } = JSON.parse(process.argv[2] ?? '');
const pace = mode === 'live' ? 'media' : 'asap';
const common = { ...streamDefaults, fps: FPS, preparation, mode, pace, loop };
const specs = sources.map((source, i) => parseSource(source, { id: `s${i}` }));
const counts = specs.map(() => fresh());

const work = Promise.all(specs.map((spec, i) => (way === 'inside' ? inside(spec, i) : inProcess(spec, i))));
const input = createInterface({ input: process.stdin });
input.on('line', () => {
  console.log(JSON.stringify(counts));
  for (const [i] of counts.entries()) counts[i] = fresh();
});
input.on('close', () => process.exit(0));
await work;
console.log(JSON.stringify(counts));
input.close();

async function inProcess(spec, i) {
  const stream = openStream(spec, { fps: FPS, preparation, mode, pace, loop });
  for await (const item of stream) {
    if (item.kind === 'frame') take(i, item.frame);
    else if (item.kind === 'gap') counts[i].gaps.push(item.reason);
    else if (item.state.status === 'failed') throw new Error(item.state.reason);
  }
}

async function inside(spec, i) {
  const plan = planInput(spec, { ...common, platform: process.platform });
  let frames = 0;
  const session = new DecodeSession({ ...common, plan, credits: creditsInFlight }, (message) => {
    if (message.type === 'failed') throw new Error(message.failure.message);
    if (message.type === 'gap') counts[i].gaps.push(message.reason);
    if (message.type !== 'frame') return;
    message.ticks.forEach(() => take(i, { ...message, ptsMs: (1000 * frames++) / FPS }));
    session.credits.give();
  });
  await session.run();
}

/** `latencies`: from decoded to here, preparation included; `lateMs`: how far behind its own clock the source is, at first and last. */
function take(i, { capturedAtMs, ptsMs, pixels }) {
  const now = performance.timeOrigin + performance.now();
  const count = counts[i];
  count.frames++;
  count.bytes += pixels.length;
  if (mode !== 'live') return;
  count.latencies.push(now - capturedAtMs);
  count.lateMs = [count.lateMs[0] ?? now - ptsMs, now - ptsMs];
}

function fresh() {
  return { frames: 0, bytes: 0, gaps: [], latencies: [], lateMs: [] };
}
