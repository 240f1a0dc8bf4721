/**
 * What a window (alone, and in a stream whose earlier frames are kept), and a streamed frame cost in fp32 and int8, and how far int8 is from fp32,
 * for weights of the size of base-patch16 with 32 frames.
 *
 *   npm run build && node bench/precision.mjs [--threads 2] [--rounds 3] [--layers 12] [--torch <python>] [--json]
 *
 * The weights come from a seed and go to a temporary folder (0.5 GB, removed at the end). All take turns in every round, so that other work on the machine
 * hits all alike; times are medians over the rounds, head for 101 labels included. `--torch`: beside transformers' XCLIPModel on
 * PyTorch (inference mode, sdpa, as many threads), text tower left out on both sides; test/reference/requirements.txt says what to install.
 * Asserts: the ratios of bench/budgets.json; int8 video embeddings and logits near those of fp32, streamed and exact alike, and fp32 equal to PyTorch.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openCheckpoint, streamSizes, writeGraphs } from '../dist/checkpoint/index.js';
import { int8Overflows } from '../dist/infer/worker/int8-overflow.js';
import { FrameKeepingModel } from '../dist/infer/worker/frame-keeping-model.js';
import { sessionOptions } from '../dist/infer/worker/session-options.js';
import { Vocabularies } from '../dist/infer/worker/vocabularies.js';
import { writeRandomCheckpoint } from './support/random-checkpoint.mjs';
import { openTorch } from './support/torch-window.mjs';

const { values: flags } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    layers: { type: 'string', default: '12' },
    torch: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const budgets = JSON.parse(readFileSync(new URL('./budgets.json', import.meta.url), 'utf8')).precision;
const threads = Number(flags.threads);
const labels = 101;
const strideFrames = 4;

const folder = await writeRandomCheckpoint(Number(flags.layers));
try {
  report(await measure());
} finally {
  await folder.remove();
}

async function measure() {
  const checkpoint = await openCheckpoint(folder.dir);
  const sizes = streamSizes(checkpoint.config);
  const edge = checkpoint.config.vision.imageSize;
  const inputs = await writeInputs(sizes, edge);
  const overflows = await int8Overflows();
  const runners = {};
  for (const precision of ['fp32', 'int8']) {
    const graphs = await writeGraphs(checkpoint, join(folder.dir, precision), { precision });
    const options = sessionOptions('cpu', threads, precision === 'int8' && overflows);
    runners[precision] = await openRunner(precision, graphs, options, sizes, edge, inputs);
  }
  const torch =
    flags.torch === undefined ? undefined : await openTorch({ python: flags.torch, dir: folder.dir, threads });
  try {
    return { overflows, torch: torch?.about, ...(await rounds(runners, torch)) };
  } finally {
    await torch?.close();
    for (const runner of Object.values(runners)) await runner.close();
  }
}

/** Two windows' worth of frames, each picture its own, and text embeddings; kept as files for PyTorch too. */
async function writeInputs({ frames, projection }, edge) {
  const length = edge * edge * 3;
  const pixels = Uint8Array.from({ length: 2 * frames * length }, (_, at) => {
    const [frame, place] = [Math.floor(at / length), at % length];
    const wave = Math.sin((place % (edge * 3)) / 40 + frame / 5) * Math.cos(place / length / 3 + frame / 9);
    return 128 + 90 * wave + ((Math.imul(at + 1, 0x9e3779b1) >>> 24) - 128) / 4;
  });
  const text = Float32Array.from(
    { length: labels * projection },
    (_, at) => (Math.imul(at + 1, 0x85ebca6b) >> 8) * 2 ** -23,
  );
  await writeFile(join(folder.dir, 'frames.bin'), pixels.subarray(0, frames * length));
  await writeFile(join(folder.dir, 'text.bin'), new Uint8Array(text.buffer));
  return { pixels, text: new Tensor('float32', text, [labels, projection]) };
}

/** The sessions of one precision, and the three things that are timed. */
async function openRunner(
  precision,
  graphs,
  options,
  { layers, width, frames, patches, projection },
  edge,
  { pixels, text },
) {
  const open = (path) => InferenceSession.create(path, options);
  const [vision, head] = [await open(graphs.vision), await open(graphs.head)];
  const [stream, streamHead] = [await open(graphs.visionStream), await open(graphs.headStream)];
  const [perFrame, keptVision] = [await open(graphs.visionFrames), await open(graphs.visionWindow)];
  const keeping = new FrameKeepingModel(
    { frames: perFrame, vision: keptVision, head, vocabularies: new Vocabularies({ embeddings: text }) },
    [frames, edge, edge, 3],
    precision === 'int8',
  );
  const frameBytes = edge * edge * 3;
  const cacheShape = [1, layers, frames - 1, width];
  const picture = (first, count) =>
    new Tensor('uint8', pixels.subarray(first * frameBytes, (first + count) * frameBytes), [1, count, edge, edge, 3]);
  const empty = () => new Tensor('float32', new Float32Array(layers * (frames - 1) * width), cacheShape);
  let cache = { past_keys: empty(), past_values: empty(), past_counts: new Tensor('int64', BigInt64Array.of(0n), [1]) };
  let features = new Float32Array(0);
  let seen = 0;

  /** New frames through the vision graph and the head; the mean of the patches is of the new frames only, which costs the same. */
  const encode = async (count) => {
    const startedAt = performance.now();
    const output = await stream.run({ frames: picture(seen % (2 * frames - count), count), ...cache });
    seen += count;
    const counts = BigInt64Array.of(BigInt(Math.min(seen, frames - 1)));
    cache = {
      past_keys: output.next_keys,
      past_values: output.next_values,
      past_counts: new Tensor('int64', counts, [1]),
    };
    features = Float32Array.of(...features, ...output.frame_features.data).slice(-frames * projection);
    const scores = await streamHead.run({
      frame_features: new Tensor('float32', padded(features, frames * projection), [1, frames, projection]),
      patch_features: new Tensor('float32', output.patch_terms.data.slice(0, patches * projection), [
        1,
        patches,
        projection,
      ]),
      text_embeds: text,
    });
    return { ms: performance.now() - startedAt, features: output.frame_features.data, logits: scores.logits.data };
  };

  return {
    window: async () => {
      const startedAt = performance.now();
      const { video_embeds, patch_features } = await vision.run({ frames: picture(0, frames) }, [
        'video_embeds',
        'patch_features',
      ]);
      const { logits } = await head.run({ video_embeds, patch_features, text_embeds: text });
      return { ms: performance.now() - startedAt, video: video_embeds.data, logits: logits.data };
    },
    /** The same window as the last of a stream at stride 4: the frames before the newest four are known. */
    keptWindow: async () => {
      const item = (first, count) => ({
        streamId: 's',
        keep: true,
        vocabulary: 0,
        pixels: pixels.subarray(first * frameBytes, (first + count) * frameBytes),
      });
      const before = Buffer.concat([
        pixels.subarray(0, strideFrames * frameBytes),
        item(0, frames - strideFrames).pixels,
      ]);
      await keeping.run([{ ...item(0, 0), restart: true, pixels: before }]);
      const startedAt = performance.now();
      const [{ logits, embedding }] = await keeping.run([
        { ...item(frames - strideFrames, strideFrames), restart: false },
      ]);
      return { ms: performance.now() - startedAt, video: embedding, logits };
    },
    encode,
    close: async () => {
      for (const session of [vision, head, stream, streamHead, perFrame, keptVision]) await session.release();
    },
  };
}

/** Round -1 warms up. */
async function rounds(runners, torch) {
  const times = {};
  const keep = (name, { ms }) => (times[name] ??= []).push(ms);
  const found = {};
  for (let round = -1; round < Number(flags.rounds); round++) {
    for (const [precision, runner] of Object.entries(runners)) {
      const window = await runner.window();
      const kept = await runner.keptWindow();
      const frames = [];
      for (let frame = 0; frame < 8; frame++) frames.push(await runner.encode(1));
      const stride = await runner.encode(strideFrames);
      found[precision] = { window, kept, stride };
      if (round < 0) continue;
      keep(`${precision} window`, window);
      keep(`${precision} window in a stream`, kept);
      for (const frame of frames) keep(`${precision} streamed frame`, frame);
      keep(`${precision} streamed stride`, stride);
    }
    if (torch === undefined) continue;
    found.torch = { window: await torch.window() };
    if (round >= 0) keep('torch window', found.torch.window);
  }
  return { times, agreement: check(found) };
}

function check({ fp32, int8, torch }) {
  const agreement = {
    int8: {
      videoCosine: cosine(fp32.window.video, int8.window.video),
      keptVideoCosine: cosine(fp32.window.video, int8.kept.video),
      maxLogitDifference: largestDifference(fp32.window.logits, int8.window.logits),
      streamedFeatureCosine: cosine(fp32.stride.features, int8.stride.features),
    },
  };
  const keptDifference = largestDifference(fp32.window.logits, fp32.kept.logits);
  assert.ok(keptDifference < 1e-4, `fp32, frames kept: logits off by ${keptDifference}`);
  assert.ok(agreement.int8.keptVideoCosine > 0.995, `int8, frames kept: cosine ${agreement.int8.keptVideoCosine}`);
  assert.ok(agreement.int8.videoCosine > 0.995, `int8 video embedding: cosine ${agreement.int8.videoCosine}`);
  assert.ok(
    agreement.int8.streamedFeatureCosine > 0.99,
    `int8 streamed: cosine ${agreement.int8.streamedFeatureCosine}`,
  );
  assert.ok(agreement.int8.maxLogitDifference < 1.5, `int8 logits: off by ${agreement.int8.maxLogitDifference}`);
  if (torch === undefined) return agreement;
  const maxLogitDifference = largestDifference(fp32.window.logits, torch.window.logits);
  assert.ok(maxLogitDifference < 1e-2, `fp32 and PyTorch: logits off by ${maxLogitDifference}`);
  return { ...agreement, torch: { videoCosine: cosine(fp32.window.video, torch.window.video), maxLogitDifference } };
}

/** Those against PyTorch only where it ran. A missed one is told and fails the bench, after everything else was told. */
function checkBudgets(ms) {
  const torch = ms['torch window'];
  const found = {
    fp32WindowToInt8Window: ms['fp32 window'] / ms['int8 window'],
    torchWindowToFp32Window: torch / ms['fp32 window'],
    torchWindowToInt8Window: torch / ms['int8 window'],
    torchWindowToInt8KeptWindow: torch / ms['int8 window in a stream'],
    torchWindowToInt8Stride: torch / ms['int8 streamed stride'],
  };
  for (const [name, ratio] of Object.entries(found)) {
    if (!(ratio < budgets[name])) continue;
    console.error(`FAILED: ${name} is ${round(ratio)}, below ${budgets[name]}`);
    process.exitCode = 1;
  }
}

function report({ overflows, torch, times, agreement }) {
  const ms = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, round(median(values))]));
  const reference = ms['torch window'] ?? ms['fp32 window'];
  checkBudgets(ms);
  const ratios = Object.fromEntries(Object.entries(ms).map(([name, value]) => [name, round(reference / value)]));
  const result = { threads, rounds: Number(flags.rounds), int8Overflows: overflows, torch, ms, ratios, agreement };
  if (flags.json) {
    console.log(JSON.stringify(result));
    return;
  }
  const per = torch === undefined ? 'one fp32 window costs' : 'one PyTorch window costs';
  console.table(
    Object.fromEntries(
      Object.entries(ms).map(([name, value]) => [name, { ms: value, [per]: `${ratios[name]} of these` }]),
    ),
  );
  if (torch !== undefined)
    console.log(`torch ${torch.torch}, transformers ${torch.transformers}, ${torch.threads} threads`);
  if (overflows) console.log('int8 sums of this processor overflow: the slower, exact products run');
  console.log(agreement);
}

function cosine(a, b) {
  const product = (c, d) => c.reduce((sum, value, at) => sum + value * d[at], 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

function largestDifference(a, b) {
  return a.reduce((largest, value, at) => Math.max(largest, Math.abs(value - b[at])), 0);
}

/** Zeros in front, until a whole window was seen. */
function padded(numbers, length) {
  const whole = new Float32Array(length);
  whole.set(numbers, length - numbers.length);
  return whole;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

function round(value) {
  return Math.round(value * 100) / 100;
}
