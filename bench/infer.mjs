/**
 * How fast windows become scores, and how much of what this machine can multiply that is.
 *
 *   npm run build && node bench/infer.mjs [--model models/xclip-mini] [--windows 40] [--threads 0] [--stride 8] [--json]
 *
 * The engine scores windows of noise; in turn with every window, a chain of plain matrix products with the same number of
 * multiply-adds runs on ONNX Runtime with the same options, so that other work on the machine hits both alike.
 * Then as many windows of one stream, `--stride` frames apart, as a camera brings them.
 * Asserts: probabilities that sum to 1, identical bytes for identical windows (in a stream as alone), and the fraction of the plain products'
 * speed within bench/budgets.json. Memory is read from /proc, so on Linux only.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describeCheckpoint, openCheckpoint } from '../dist/checkpoint/index.js';
import { Engine, loadModel } from '../dist/infer/index.js';
import { defaultThreads } from '../dist/infer/threads.js';
import { sessionOptions } from '../dist/infer/worker/session-options.js';
import { productChain } from './support/product-chain.mjs';

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/xclip-mini' },
    windows: { type: 'string', default: '40' },
    threads: { type: 'string', default: '0' },
    stride: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
  },
});
const budget = JSON.parse(readFileSync(new URL('./budgets.json', import.meta.url), 'utf8')).infer;
const threads = Number(flags.threads) || defaultThreads();

const { multiplyAdds, config } = describeCheckpoint(await openCheckpoint(flags.model));
const model = await loadModel(flags.model);
const engine = await Engine.open(model, { provider: 'cpu', threads });
const reference = await openReference();
try {
  report(await measure(Number(flags.windows)));
} finally {
  await reference.release();
  await engine.close();
}

/** The widths of the model's own feed-forward layers, repeated until the work is that of one window. */
function openReference() {
  const { frames, imageSize, patchSize, hiddenSize, intermediateSize } = config.vision;
  const rows = frames * ((imageSize / patchSize) ** 2 + 1);
  const pairs = Math.max(1, Math.round(multiplyAdds.window / (2 * rows * hiddenSize * intermediateSize)));
  const chain = productChain({ rows, inner: hiddenSize, outer: intermediateSize, pairs });
  return InferenceSession.create(chain, sessionOptions('cpu', threads));
}

/** Milliseconds of each window (inside the inference process, and as the caller sees it) and of each reference run. */
async function measure(/** @type {number} */ count) {
  const input = new Tensor(
    'float32',
    new Float32Array(sizeOf(reference.inputMetadata[0])).fill(0.5),
    reference.inputMetadata[0].shape,
  );
  const rounds = { inference: [], caller: [], reference: [], streamed: [] };
  const window = noise();
  let first;
  for (let round = -3; round < count; round++) {
    const startedAt = performance.now();
    const { values, logits, inferenceMs } = await engine.infer(window);
    const caller = performance.now() - startedAt;
    const referenceAt = performance.now();
    await reference.run({ x: input });
    check(values, logits, (first ??= logits));
    if (round < 0) continue; // warming up
    rounds.inference.push(inferenceMs);
    rounds.caller.push(caller);
    rounds.reference.push(performance.now() - referenceAt);
  }
  const stride = Number(flags.stride);
  for (let round = -3; round < count; round++) {
    const newest = window.frameCount - 1 + (round + 3) * stride;
    const { values, logits, inferenceMs } = await engine.infer(inStream(window, newest));
    // Every so many windows the pictures are those of the window alone again.
    check(values, logits, (newest + 1) % window.frameCount === 0 ? first : logits);
    if (round >= 0) rounds.streamed.push(inferenceMs);
  }
  return rounds;
}

/** The window of a stream that shows the same T pictures again and again, with frame `newest` as its last. */
function inStream(window, newest) {
  const { pixels, frameCount } = window;
  const start = ((newest + 1) % frameCount) * (pixels.length / frameCount);
  const turned = Buffer.concat([pixels.subarray(start), pixels.subarray(0, start)]);
  return { ...window, pixels: turned, place: { run: 0, newestFrame: newest } };
}

function check(values, logits, first) {
  assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 1e-4, 'probabilities must sum to 1');
  assert.deepEqual(logits, first, 'the same window must give the same logits');
}

function noise() {
  const { frameCount, preparation } = engine.info;
  const { cropHeight: height, cropWidth: width } = preparation;
  const pixels = Uint8Array.from(
    { length: frameCount * height * width * 3 },
    (_, at) => Math.imul(at + 1, 0x9e3779b1) >>> 24,
  );
  return {
    streamId: 'bench',
    index: 0,
    firstPtsMs: 0,
    lastPtsMs: 0,
    capturedAtMs: 0,
    frameCount,
    width,
    height,
    pixels,
  };
}

function report({ inference, caller, streamed, reference: plain }) {
  const gigaflops = (milliseconds) => (2 * multiplyAdds.window) / milliseconds / 1e6;
  const result = {
    model: engine.info.name,
    threads,
    windows: inference.length,
    windowsPerSecond: round(1000 / percentile(caller, 50)),
    inferenceMs: { p50: round(percentile(inference, 50)), p95: round(percentile(inference, 95)) },
    streamedMs: { p50: round(percentile(streamed, 50)), p95: round(percentile(streamed, 95)) },
    callerMs: { p50: round(percentile(caller, 50)), p95: round(percentile(caller, 95)) },
    plainProductsMs: { p50: round(percentile(plain, 50)), p95: round(percentile(plain, 95)) },
    gigaflops: {
      model: round(gigaflops(percentile(inference, 50))),
      plainProducts: round(gigaflops(percentile(plain, 50))),
    },
    // Of the quickest tenth: on the machine of docs/performance.md windows took 1.5 times as long for seconds, for a reason unknown.
    fractionOfPlainProducts: round(percentile(plain, 10) / percentile(inference, 10)),
    minFractionOfPlainProducts: budget.minFractionOfPlainProducts,
    rssMiB: { inferenceProcess: residentMiB(engine.pid) },
  };
  if (flags.json) console.log(JSON.stringify(result));
  else print(result);
  assert.ok(result.fractionOfPlainProducts >= budget.minFractionOfPlainProducts, 'slower than the budget allows');
}

function print(result) {
  console.table({
    'inference process, one window': result.inferenceMs,
    [`inference process, one window of a stream, stride ${flags.stride}`]: result.streamedMs,
    'caller, one window': result.callerMs,
    'plain products, same multiply-adds': result.plainProductsMs,
  });
  const { windowsPerSecond, fractionOfPlainProducts, rssMiB } = result;
  const memory = `${rssMiB.inferenceProcess ?? 'unknown'} MiB resident`;
  console.log(
    `${windowsPerSecond} windows/s, ${fractionOfPlainProducts} of the plain products' speed, ${memory}, ${threads} threads`,
  );
}

/** Resident memory, MiB; undefined where there is no /proc. */
function residentMiB(/** @type {number | undefined} */ pid) {
  const path = `/proc/${pid}/status`;
  const found = existsSync(path) ? /VmRSS:\s+(\d+) kB/.exec(readFileSync(path, 'utf8')) : null;
  return found === null ? undefined : round(Number(found[1]) / 1024);
}

function percentile(values, percent) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))];
}

function sizeOf({ shape }) {
  return shape.reduce((product, size) => product * size, 1);
}

function round(value) {
  return Math.round(value * 100) / 100;
}
