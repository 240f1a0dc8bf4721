/** One evaluation from start to end: list, model and engine are opened, clips scored, the report printed. */
import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { ActionwireError } from '../core/errors.js';
import { fileSha256 } from '../core/file-sha256.js';
import {
  buildReport,
  evaluateClips,
  matchLabels,
  openList,
  planProtocol,
  ResultsFile,
  type ClipList,
  type ClipOutcome,
  type LabelledClip,
  type Protocol,
  type ResultSettings,
} from '../evaluate/index.js';
import { findModel } from '../find-model.js';
import { Engine, loadModel, mustHaveProvider, type LoadedModel } from '../infer/index.js';
import { readTaught } from '../infer/taught/index.js';
import type { EvalSettings } from './eval-options.js';
import { mustBeWritable, writeConfusion, writeReport } from './eval-output.js';
import { openProgress, type Progress } from './eval-progress.js';
import { evaluationTools } from './eval-tools.js';
import { interruptSignal } from './signals.js';

/** As a shell has it for a program ended by Ctrl-C. */
const EXIT_INTERRUPTED = 130;

/** Everything that is decided before the first clip is opened. */
interface Plan {
  readonly list: ClipList;
  readonly model: LoadedModel;
  readonly protocol: Protocol;
  readonly clips: readonly LabelledClip[];
  /** SHA-256 of the file of taught clips. */
  readonly taught?: string;
}

/**
 * Evaluates and prints. The first Ctrl-C ends it after the view that is being scored, with a report of what was done.
 * @throws ActionwireError for a bad option, list, model or file, and EVALUATION_NOTHING_READ
 */
export async function runEvaluation(settings: EvalSettings): Promise<void> {
  const { signal, dispose } = interruptSignal();
  try {
    await mustHaveProvider(settings.provider);
    const plan = await makePlan(settings, signal);
    if (settings.confusion !== undefined) await mustBeWritable(settings.confusion);
    const outcomes = await evaluateAll(plan, settings, signal);
    if (signal.aborted) process.exitCode = EXIT_INTERRUPTED;
    await conclude(plan, outcomes, settings, signal);
  } catch (error) {
    if (!signal.aborted || error instanceof ActionwireError) throw error;
    process.exitCode = EXIT_INTERRUPTED;
  } finally {
    dispose();
  }
}

async function makePlan(settings: EvalSettings, signal: AbortSignal): Promise<Plan> {
  const { listPath, list: listOptions, labels, taught: taughtFile, map, model: wanted, precision, protocol } = settings;
  const list = await openList(listPath, listOptions);
  const own = list.format === 'ucf101' || list.format === 'hmdb51' ? 'dataset' : 'model';
  const chosen = labels ?? own;
  const model = await loadModel(await findModel(wanted), {
    ...(chosen === 'model' ? {} : { labels: chosen === 'dataset' ? list.classes : chosen }),
    ...(taughtFile === undefined ? {} : { taught: await readTaught(taughtFile) }),
    precision,
    signal,
  });
  const truths = matchLabels(list.entries, model.info.labels, map);
  const clips = list.entries.map(({ path, file }, i) => ({ path, file, truth: truths[i] ?? -1 }));
  const plan = { list, model, protocol: planProtocol(protocol, model.info), clips };
  return taughtFile === undefined ? plan : { ...plan, taught: await fileSha256(taughtFile) };
}

/** In the order of the list; clips that a results file already has are not scored again. */
async function evaluateAll(plan: Plan, settings: EvalSettings, signal: AbortSignal): Promise<ClipOutcome[]> {
  const results =
    settings.resume === undefined ? undefined : await ResultsFile.open(settings.resume, resultSettings(plan));
  try {
    const done = new Map<string, ClipOutcome>(finishedClips(plan, results));
    const open = plan.clips.filter(({ path }) => !done.has(path));
    if (open.length > 0) await scoreClips(plan, open, settings, signal, done, results);
    return plan.clips.flatMap(({ path }) => done.get(path) ?? []);
  } finally {
    await results?.close();
  }
}

/** A clip whose label in the list has changed since is not finished. */
function finishedClips({ clips, model }: Plan, results: ResultsFile | undefined): [string, ClipOutcome][] {
  return clips.flatMap(({ path, truth }): [string, ClipOutcome][] => {
    const result = results?.finished.get(path);
    return result === undefined || result.label !== model.info.labels[truth] ? [] : [[path, result]];
  });
}

async function scoreClips(
  { model, protocol, clips }: Plan,
  open: readonly LabelledClip[],
  { provider, threads, maxDecoderMemory }: EvalSettings,
  signal: AbortSignal,
  done: Map<string, ClipOutcome>,
  results: ResultsFile | undefined,
): Promise<void> {
  const engine = await Engine.open(model, { provider, threads, batch: 1, signal });
  const progress: Progress = openProgress(process.stderr, clips.length);
  try {
    for (const outcome of done.values()) progress.add(outcome);
    const tools = evaluationTools(engine, protocol, { maxDecoderMemory });
    for await (const outcome of evaluateClips(open, model.info.labels, protocol, tools, signal)) {
      done.set(outcome.path, outcome);
      progress.add(outcome);
      if (outcome.kind === 'scored') await results?.add(outcome);
    }
  } finally {
    progress.close();
    await engine.close();
  }
}

async function conclude(
  { list, model, protocol }: Plan,
  outcomes: readonly ClipOutcome[],
  { listPath, json, confusion, resume }: EvalSettings,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted && resume !== undefined)
    process.stderr.write(`Stopped; the same command goes on from ${resume}\n`);
  if (!outcomes.some(({ kind }) => kind === 'scored')) {
    if (!signal.aborted) throw nothingRead(outcomes);
    return;
  }
  const { name, labels } = model.info;
  const named = model.precision === 'fp32' ? name : `${name}, ${model.precision}`;
  const report = buildReport(
    { model: named, list: listPath, format: list.format, listed: list.entries.length, labels, protocol },
    outcomes,
  );
  writeReport(report, json);
  if (confusion !== undefined) await writeConfusion(confusion, report);
}

function nothingRead(outcomes: readonly ClipOutcome[]): ActionwireError {
  const first = outcomes.find((outcome) => outcome.kind === 'unreadable');
  const why = first === undefined ? '' : `; the first: ${first.path}: ${first.message} [${first.code}]`;
  return new ActionwireError('EVALUATION_NOTHING_READ', `none of ${outcomes.length} clips could be read${why}`);
}

/** The graphs' folder is named after the path, size and time of change of the model's files and the program's version. */
function resultSettings({ model, protocol, taught }: Plan): ResultSettings {
  const { name, frames, clips, crops, seed, frameStep } = protocol;
  const { shortestEdge, rounding, resample } = protocol.resize;
  return {
    model: model.info.name,
    weights: basename(dirname(model.graphs.vision)),
    precision: model.precision,
    labels: model.info.labels,
    prompts: promptsSha256(model),
    ...(taught === undefined ? {} : { taught }),
    protocol: name,
    frames,
    clips,
    crops,
    seed,
    ...(name === 'huggingface' ? { frameStep } : {}),
    resize: `${shortestEdge} ${rounding} ${resample}`,
  };
}

/** Templates, phrases, prompts of single labels and the tokenizer's vocabulary all end here. */
function promptsSha256({ tokens, promptCounts }: LoadedModel): string {
  const counts = JSON.stringify([tokens.shape, promptCounts]);
  return createHash('sha256').update(counts).update(tokens.inputIds).digest('hex');
}
