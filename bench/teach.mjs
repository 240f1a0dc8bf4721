/**
 * What teaching brings on real video: top-1 with and without, on clips that were not taught.
 *
 *   npm run build && node bench/teach.mjs [--clips ../shared/clips/ut_interaction] [--set set1_] [--model models/xclip-mini]
 *     [--shots 1,2,4] [--views 1,4] [--draws 20] [--json]
 *
 * A folder for each class. In every draw, K clips of each class are chosen by a seed and taught, and all others are recognised among the
 * folder's classes, one centre view each. Accuracy only: nothing here is timed. Asserts that the labels' text alone is no better.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { clipTools } from '../dist/cli/eval-tools.js';
import { openList, planProtocol, readClips } from '../dist/evaluate/index.js';
import { seededRandom } from '../dist/evaluate/seeded-random.js';
import { Engine, loadModel } from '../dist/infer/index.js';
import { chooseMix } from '../dist/infer/taught/choose-mix.js';
import { mixTaught } from '../dist/infer/taught/mix.js';
import { unitLength } from '../dist/infer/taught/shot-memory.js';

const { values: flags } = parseArgs({
  options: {
    clips: { type: 'string', default: '../shared/clips/ut_interaction' },
    set: { type: 'string', default: 'set1_' },
    model: { type: 'string', default: 'models/xclip-mini' },
    shots: { type: 'string', default: '1,2,4' },
    views: { type: 'string', default: '1,4' },
    draws: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});
const numbers = (/** @type {string} */ text) => text.split(',').map(Number);

if (!existsSync(flags.clips)) {
  console.log(
    `SKIPPED: there is no folder ${flags.clips}; name a folder with a folder of clips for each class with --clips`,
  );
} else {
  await measure();
}

async function measure() {
  const list = await openList(flags.clips, { format: 'folders' });
  const clips = list.entries
    .filter(({ path }) => basename(path).startsWith(flags.set))
    .map((clip) => ({ ...clip, truth: list.classes.indexOf(clip.label) }));
  const model = await loadModel(flags.model, { labels: list.classes });
  const seen = new Map();
  const engine = await Engine.open(model, { provider: 'cpu' });
  try {
    for (const views of new Set([1, ...numbers(flags.views)])) seen.set(views, await look(engine, model, clips, views));
  } finally {
    await engine.close();
  }
  const rows = numbers(flags.shots).flatMap((shots) =>
    numbers(flags.views).map((views) => summarise(shots, views, list.classes, clips, seen)),
  );
  if (flags.json)
    console.log(JSON.stringify({ model: model.info.name, clips: clips.length, classes: list.classes, rows }));
  else print(model.info.name, clips.length, list.classes, rows);
  for (const { shots, taught, text } of rows)
    assert(shots < 4 || taught.mean >= text.mean, `teaching ${shots} clips made it worse`);
}

/** For each clip, what the model says about each of its views. */
async function look(engine, model, clips, views) {
  const options = { name: 'videox', clips: views, crops: 1, seed: 0, frameStep: 1 };
  const protocol = planProtocol(options, model.info);
  const { read, infer } = clipTools(engine, protocol);
  const found = new Map();
  for await (const reading of readClips(clips, protocol, patiently(read), new AbortController().signal)) {
    if ('error' in reading) throw reading.error;
    const answers = [];
    for (const window of reading.windows()) answers.push(await infer(window));
    found.set(reading.clip.path, answers);
  }
  return found;
}

/** On a machine that is busy with other things, a decoder may not answer in time: such a clip is read again. */
function patiently(read) {
  return async (...args) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await read(...args);
      } catch (error) {
        if (error.code !== 'SOURCE_CRASHED' || attempt === 5) throw error;
      }
    }
  };
}

function summarise(shots, views, classes, clips, seen) {
  const draws = Array.from({ length: Number(flags.draws) }, (_, seed) =>
    draw(seed, shots, views, classes, clips, seen),
  );
  const column = (name) => statistics(draws.map((one) => one[name]));
  return {
    shots,
    views,
    draws: draws.length,
    tested: draws[0].tested,
    text: column('text'),
    taught: column('taught'),
    alpha: column('alpha'),
    beta: column('beta'),
  };
}

/** One choice of taught clips: accuracy on all others. */
function draw(seed, shots, views, classes, clips, seen) {
  const random = seededRandom(seed, `${shots}`);
  const shuffled = clips
    .map((clip) => ({ clip, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ clip }) => clip);
  const taught = classes.flatMap((_, truth) => shuffled.filter((clip) => clip.truth === truth).slice(0, shots));
  const examples = taught.flatMap(({ path, truth }) =>
    seen
      .get(views)
      .get(path)
      .map(({ embedding, logits }) => ({ clip: path, label: truth, embedding, logits })),
  );
  const keys = Float32Array.from(examples.flatMap(({ embedding }) => [...unitLength(embedding)]));
  const memory = { keys, labels: Int32Array.from(examples, ({ label }) => label) };
  const mix = chooseMix(
    examples,
    memory,
    examples.map(({ clip }) => clip),
  );
  const rest = clips.filter((clip) => !taught.includes(clip));
  const right = { text: 0, taught: 0 };
  for (const { path, truth } of rest) {
    const [{ logits, embedding }] = seen.get(1).get(path);
    if (best(logits) === truth) right.text += 1;
    if (best(mixTaught(logits, embedding, { ...memory, ...mix }).logits) === truth) right.taught += 1;
  }
  return {
    tested: rest.length,
    text: right.text / rest.length,
    taught: right.taught / rest.length,
    alpha: mix.alpha,
    beta: mix.beta,
  };
}

function best(/** @type {Float32Array} */ values) {
  return values.indexOf(Math.max(...values));
}

function statistics(/** @type {number[]} */ values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return { mean, deviation: Math.sqrt(variance) };
}

function print(name, count, classes, rows) {
  const percent = ({ mean, deviation }) => `${(100 * mean).toFixed(1)} ± ${(100 * deviation).toFixed(1)} %`;
  console.log(
    `${name} on ${count} clips of ${classes.length} classes (${classes.join(', ')}); chance ${(100 / classes.length).toFixed(1)} %`,
  );
  console.log('top-1 of the clips that were not taught, mean and standard deviation over the draws');
  for (const { shots, views, draws, tested, text, taught, alpha, beta } of rows) {
    console.log(
      `${shots} clips a class, ${views} views each, ${tested} tested, ${draws} draws: text alone ${percent(text)}, taught ${percent(taught)}` +
        ` (alpha ${alpha.mean.toFixed(1)}, beta ${beta.mean.toFixed(1)} on average)`,
    );
  }
}
