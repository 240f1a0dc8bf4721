/** One teaching from start to end: clips are shown to the model, their embeddings kept, the mix chosen, the file written. */
import { ActionwireError } from '../core/errors.js';
import { fileSha256 } from '../core/file-sha256.js';
import { nameOf } from '../core/label-set.js';
import { planProtocol, readClips, type Protocol } from '../evaluate/index.js';
import { findModel } from '../find-model.js';
import { Engine, loadModel, type LoadedModel, type ProviderChoice } from '../infer/index.js';
import {
  chooseMix,
  examplesOf,
  memoryFor,
  mustBeTaughtTo,
  readTaught,
  weightsSha256,
  withTaughtLabels,
  writeTaught,
  type ChosenMix,
  type Taught,
  type TaughtView,
} from '../infer/taught/index.js';
import { clipTools } from './eval-tools.js';
import { readLabels } from './options.js';
import { interruptSignal } from './signals.js';
import { clipsToTeach, type ClipToTeach } from './taught-clips.js';

export interface TeachFlags {
  class?: string[];
  out?: string;
  add?: string;
  views: number;
  labels?: string;
  model?: string;
  provider: ProviderChoice;
  threads?: number;
  maxDecoderMemory?: number;
}

type Classes = Taught['classes'];

/** @throws ActionwireError for clips, a file or a model that will not do; nothing is written then */
export async function teach(name: string, list: string | undefined, flags: TeachFlags): Promise<void> {
  const { signal, dispose } = interruptSignal();
  try {
    const clips = await clipsToTeach(list, flags.class ?? []);
    const before = flags.add === undefined ? undefined : await readTaught(flags.add);
    const model = await openModel(flags, clips, before, signal);
    const weights = await weightsSha256(model.weightFiles, signal);
    if (before !== undefined) mustBeTaughtTo(before, model.info.name, weights);
    const options = { name: 'videox', clips: flags.views, crops: 1, seed: 0, frameStep: 1 } as const;
    const seen = await look(model, planProtocol(options, model.info), clips, flags, signal);
    const { taught, mix } = conclude(name, model, weights, before?.classes ?? [], seen);
    const out = flags.out ?? `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.taught.json`;
    await writeTaught(out, taught);
    process.stdout.write(summary(out, taught, mix));
  } finally {
    dispose();
  }
}

/** With the labels that the taught ones will be told from. */
async function openModel(
  { model, labels }: TeachFlags,
  clips: readonly ClipToTeach[],
  before: Taught | undefined,
  signal: AbortSignal,
): Promise<LoadedModel> {
  const entries = labels === undefined ? undefined : readLabels(labels);
  const options = entries === undefined ? {} : { labels: entries };
  const loaded = await loadModel(await findModel(model), { ...options, signal });
  // The entries, not their names alone: they may have prompts.
  const own = withTaughtLabels(entries ?? loaded.labelSet.labels, before);
  const known = new Set(own.map(nameOf));
  const added = new Set(clips.flatMap(({ label }) => (known.has(label) ? [] : [label])));
  return { ...loaded, ...loaded.prepare([...own, ...added]) };
}

interface Seen extends TaughtView {
  readonly name: string;
}

/** Every view of every clip, as the model alone sees it. */
async function look(
  model: LoadedModel,
  protocol: Protocol,
  clips: readonly ClipToTeach[],
  { provider, threads = 0, maxDecoderMemory }: TeachFlags,
  signal: AbortSignal,
): Promise<Seen[]> {
  const engine = await Engine.open(model, { provider, threads, batch: 1, signal });
  const { read, infer } = clipTools(engine, protocol, { maxDecoderMemory });
  const seen: Seen[] = [];
  try {
    for await (const reading of readClips(clips, protocol, read, signal)) {
      const { path: name, file, label } = reading.clip;
      if ('error' in reading) throw unreadable(name, reading.error);
      const known = { name, clip: await fileSha256(file, signal), label: model.labelSet.labels.indexOf(label) };
      for (const window of reading.windows()) {
        const { embedding, logits } = await infer(window);
        seen.push({ ...known, embedding, logits });
      }
    }
    signal.throwIfAborted();
    return seen;
  } finally {
    await engine.close();
  }
}

/** The classes of before with the new clips, and the mix under which the new clips are recognised best by all others. */
function conclude(
  name: string,
  { info, labelSet }: LoadedModel,
  weights: string,
  before: Classes,
  seen: readonly Seen[],
): { taught: Taught; mix: ChosenMix } {
  const classes = merge(before, seen, labelSet.labels);
  const projection = seen[0]?.embedding.length ?? 0;
  const model = { name: info.name, weights, projection };
  const untuned: Taught = { format: 'actionwire-taught', version: 1, name, model, alpha: 0, beta: 0, classes };
  const memory = memoryFor(labelSet.labels, untuned);
  if (memory === undefined) throw new ActionwireError('TEACH_CLIPS_INVALID', 'no clip was taught');
  const clips = examplesOf(untuned).map(({ clip }) => clip);
  const mix = chooseMix(seen, memory, clips);
  return { taught: { ...untuned, alpha: mix.alpha, beta: mix.beta }, mix };
}

/** A clip is known by its content: once in the file, and under one label. @throws TEACH_CLIPS_INVALID */
function merge(before: Classes, seen: readonly Seen[], labels: readonly string[]): Classes {
  const fresh = new Set(seen.map(({ clip }) => clip));
  const byLabel = new Map(
    before.map(({ label, clips }) => [label, clips.filter(({ sha256 }) => !fresh.has(sha256))] as const),
  );
  const labelOf = new Map<string, number>();
  for (const { name, clip, label, embedding } of seen) {
    if ((labelOf.get(clip) ?? label) !== label) {
      throw new ActionwireError('TEACH_CLIPS_INVALID', `${name} is the same recording as a clip of another label`);
    }
    labelOf.set(clip, label);
    const text = labels[label] ?? '';
    const clips = byLabel.get(text) ?? [];
    byLabel.set(text, clips);
    const known = clips.find(({ sha256 }) => sha256 === clip);
    if (known === undefined) clips.push({ name, sha256: clip, views: [embedding] });
    else known.views.push(embedding);
  }
  return [...byLabel].flatMap(([label, clips]) => (clips.length === 0 ? [] : [{ label, clips }]));
}

function unreadable(name: string, { message, code, hint }: ActionwireError): ActionwireError {
  return new ActionwireError('TEACH_CLIPS_INVALID', `${name}: ${message} [${code}]`, { hint });
}

function summary(out: string, { alpha, beta, classes }: Taught, { leftOutTop1, textTop1 }: ChosenMix): string {
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  const verdict =
    leftOutTop1 === undefined || textTop1 === undefined
      ? 'One clip a label: nothing could be left out, so the mix is the default one. Two or more let it be chosen.'
      : `Left out one at a time, ${percent(leftOutTop1)} are recognised, ${percent(textTop1)} by their label's text alone.`;
  const lines = classes.map(
    ({ label, clips: { length } }) => `  ${label}: ${length} ${length === 1 ? 'clip' : 'clips'}`,
  );
  return [`${out}: alpha ${alpha}, beta ${beta}`, ...lines, verdict, ''].join('\n');
}
