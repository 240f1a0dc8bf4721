/**
 * Glass-to-frame delay of a camera: from the moment a picture leaves it until the program holds the prepared frame.
 *
 *   npm run build && node bench/latency.mjs [--seconds 20] [--size 1280x720] [--transport tcp|udp]
 *
 * GStreamer's RTSP server sends an H.264 clip (25 pictures a second, no B-frames) over loopback in real time and notes when it pushes each picture;
 * the picture carries its number as eight bands of light. What is measured: packing into RTP, the network stack, the decoder process (reading, decoding,
 * sampling, preparing) and its message to the program. The camera's own exposure and encoding are not in it: the clip is encoded before.
 * Asserts: every picture's number is the one after the last (nothing lost, repeated or misread), p95 within bench/budgets.json.
 * Needs `ffmpeg` and what test/support/rtsp-server.py needs.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openStream, parseSource } from '../dist/stream/index.js';

const FPS = 25;
const PICTURES = 250;
const BITS = 8;
/** The first pictures also pay for finding out what the stream is. */
const SETTLE = FPS;
const preparation = /** @type {const} */ ({ shortestEdge: 224, cropWidth: 224, cropHeight: 224, resample: 'bilinear' });

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    size: { type: 'string', default: '1280x720' },
    transport: { type: 'string', default: 'tcp' },
  },
});
const rtspTransport = flags.transport === 'udp' ? 'udp' : 'tcp';
const budget = JSON.parse(readFileSync(new URL('./budgets.json', import.meta.url), 'utf8')).latency;

const folder = mkdtempSync(join(tmpdir(), 'actionwire-bench-'));
const { child, port, pushedAt } = await startCamera(makeClip());
try {
  report(await watch(`rtsp://127.0.0.1:${port}/stream`));
} finally {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** A clip whose pictures carry their number, under noise as a camera has it. */
function makeClip() {
  const file = join(folder, 'numbered.mp4');
  const band = `mod(floor(N/pow(2,floor(Y/H*${BITS}))),2)`;
  const source = `nullsrc=size=${flags.size}:rate=${FPS}:duration=${PICTURES / FPS},geq=lum='40+176*${band}':cb=128:cr=128,noise=alls=6:allf=t`;
  const encode = '-c:v libx264 -preset veryfast -b:v 4M -bf 0 -g 50 -pix_fmt yuv420p'.split(' ');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, ...encode, file]);
  return file;
}

/** The server, and for each picture when it was pushed last (epoch, milliseconds). */
async function startCamera(/** @type {string} */ file) {
  const script = fileURLToPath(new URL('../test/support/rtsp-server.py', import.meta.url));
  const child = spawn('/usr/bin/python3', [script, file, '--clock'], { stdio: ['pipe', 'pipe', 'inherit'] });
  /** @type {Map<number, number>} */
  const pushedAt = new Map();
  const port = await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the RTSP server did not start')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [word, first, second] = line.split(' ');
      if (word === 'port') resolve(Number(first));
      if (word === 'pushed') pushedAt.set(Number(first), Number(second));
    });
  });
  return { child, port, pushedAt };
}

async function watch(/** @type {string} */ url) {
  const stream = openStream(parseSource(url, { id: 'camera' }), { fps: FPS, preparation, mode: 'live', rtspTransport });
  const delays = [];
  let last;
  for await (const item of stream) {
    assert(item.kind !== 'gap', `a gap: ${item.kind === 'gap' ? item.reason : ''}`);
    if (item.kind !== 'frame') continue;
    const arrivedAt = Date.now();
    const number = numberOf(item.frame.pixels);
    if (last !== undefined) assert.equal(number, (last + 1) % PICTURES, 'the number after the last');
    last = number;
    // What the server says of a picture may be read later than the picture itself: one turn of the event loop settles that.
    await nextTurn();
    const pushed = pushedAt.get(number);
    assert(pushed !== undefined, `the server never pushed picture ${number}`);
    if (item.frame.index >= SETTLE) delays.push(arrivedAt - pushed);
    if (delays.length >= Number(flags.seconds) * FPS) break;
  }
  return delays.toSorted((a, b) => a - b);
}

function numberOf(/** @type {Uint8Array} */ pixels) {
  const { cropWidth, cropHeight } = preparation;
  let number = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const y = Math.floor(((bit + 0.5) / BITS) * cropHeight);
    if ((pixels[3 * (y * cropWidth + cropWidth / 2)] ?? 0) > 127) number += 2 ** bit;
  }
  return number;
}

/** @param {number[]} delays ascending, milliseconds */
function report(delays) {
  const at = (/** @type {number} */ fraction) =>
    Math.round((delays[Math.max(0, Math.ceil(fraction * delays.length) - 1)] ?? Number.NaN) * 10) / 10;
  const result = {
    size: flags.size,
    transport: rtspTransport,
    pictures: delays.length,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    maxMs: at(1),
    budgetP95Ms: budget.p95Ms,
  };
  console.table(result);
  console.log(JSON.stringify(result));
  assert((delays[0] ?? -1) >= -1, 'a picture cannot arrive before it is sent');
  assert(result.p95Ms <= budget.p95Ms, `p95 ${result.p95Ms} ms is over the budget of ${budget.p95Ms} ms`);
}
