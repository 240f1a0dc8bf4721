/**
 * Thresholds for a bundled model, and how well its events are, both by the program's own way from scores to events.
 *
 *   npm run build && node training/tune.mjs --model models/xclip-mini --out training/figures.json [--demo assets/demo.mp4] clip.mp4 ...
 *
 * Every clip (made by demo.py) has its truth beside it. The grid's best mean F1 at an overlap of 0.5 over the clips is
 * written as `tune`, beside the F1 that the manifest's thresholds reach on them; the demo clip takes no part in that, and is measured with what its model's manifest recommends, as `demo`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ActionTracker, matchEvents, resolveActionOptions } from '../dist/events/index.js';

const { values: flags, positionals: clips } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string' }, out: { type: 'string' }, demo: { type: 'string' } },
});
if (flags.model === undefined || flags.out === undefined) throw new Error('--model and --out are needed');
const model = flags.model;
const manifest = JSON.parse(readFileSync(`${model}/manifest.json`, 'utf8'));
const labels = readFileSync(`${model}/labels.txt`, 'utf8').trim().split('\n');
const background = manifest.backgroundLabel;
const match = { minIou: 0.5, ignoredLabels: [background] };

const figures = existsSync(flags.out) ? JSON.parse(readFileSync(flags.out, 'utf8')) : {};
if (clips.length > 0) figures.tune = tune(clips.map(replay));
if (flags.demo !== undefined) figures.demo = measure(replay(flags.demo), manifest.recommended);
writeFileSync(flags.out, `${JSON.stringify(figures, null, 1)}\n`);
console.log(JSON.stringify({ tune: figures.tune, demo: { ...figures.demo, table: undefined } }, null, 1));

/** The scores of all windows of a clip, by the program, and its true segments. */
function replay(/** @type {string} */ clip) {
  const args = ['dist/cli.js', 'run', clip, '--model', model, '--replay', '--json', '--scores'];
  const lines = execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 }).trim().split('\n');
  const windows = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'scores');
  const truth = JSON.parse(readFileSync(clip.replace(/\.mp4$/, '.truth.json'), 'utf8')).segments;
  return { windows, truth };
}

/** What the program's tracker makes of the scores. */
function eventsOf(windows, thresholds) {
  const wishes = { ...thresholds, referencePoint: manifest.referencePoint, backgroundLabels: [background] };
  const tracker = new ActionTracker(resolveActionOptions(wishes, {}, labels), { now: () => 0 });
  const told = windows.flatMap(({ values, ...window }) => {
    const timing = { capturedAtMs: 0, queueMs: 0, inferenceMs: 0 };
    return tracker.push({ ...window, labels, values: Float32Array.from(values), timing }).events;
  });
  return [...told, ...tracker.interrupt('stream-ended')].filter(({ type }) => type === 'action.ended');
}

function tune(runs) {
  let best;
  for (const thresholds of grid()) {
    const scored = { ...scoresWith(runs, thresholds), ...thresholds };
    if (best === undefined || scored.meanF1 > best.meanF1) best = scored;
  }
  return { clips: runs.length, ...best, recommended: scoresWith(runs, manifest.recommended) };
}

/** F1 of each clip, their mean, and the mean of the clips' median onset delays. */
function scoresWith(runs, thresholds) {
  const reports = runs.map(({ windows, truth }) => matchEvents(truth, eventsOf(windows, thresholds), match));
  const mean = (key) => reports.reduce((sum, report) => sum + report[key], 0) / reports.length;
  return { meanF1: mean('f1'), eachF1: reports.map(({ f1 }) => f1), onsetDelayMs: mean('medianOnsetDelayMs') };
}

/** From the calmest to the quickest: the first of equally good ones wins. */
function* grid() {
  for (const smoothingMs of [800, 600, 450, 300, 200])
    for (const minDurationMs of [800, 600, 400])
      for (const gapToleranceMs of [1000, 800, 600])
        for (const enter of [0.65, 0.55, 0.5, 0.45, 0.4, 0.35])
          for (const exit of [0.35, 0.3, 0.25, 0.2, 0.15])
            if (exit < enter) yield { enter, exit, minDurationMs, gapToleranceMs, smoothingMs };
}

/** Events against the truth, and for each true segment what the windows that speak for it say. */
function measure({ windows, truth }, thresholds) {
  const report = matchEvents(truth, eventsOf(windows, thresholds), match);
  const at = ({ firstPtsMs, lastPtsMs }) => firstPtsMs + manifest.referencePoint * (lastPtsMs - firstPtsMs);
  const table = truth.map((segment) => {
    const inside = windows.filter((window) => at(window) >= segment.fromMs && at(window) < segment.toMs);
    const said = inside.map(({ values }) => labels[values.indexOf(Math.max(...values))]);
    const found = report.matches.find(({ truth: matched }) => matched === segment);
    const right = said.filter((label) => label === segment.label).length;
    return { ...segment, windows: inside.length, right, said: [...new Set(said)], iou: found?.iou ?? null };
  });
  const count = (key) => table.reduce((sum, row) => sum + row[key], 0);
  const { precision, recall, f1, medianOnsetDelayMs, matches, missed, spurious } = report;
  return {
    windowTop1: count('right') / count('windows'),
    ...{ precision, recall, f1, medianOnsetDelayMs, matches: matches.length },
    ...{ missed: missed.map(({ label }) => label), spurious: spurious.map(({ label }) => label), thresholds, table },
  };
}
