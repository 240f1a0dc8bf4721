/** Runs a recording through several ways of computing scores: how far each is from the model as trained, and what it costs. */
import { ActionwireError } from './core/errors.js';
import type { Precision } from './core/model-info.js';
import { findModel } from './find-model.js';
import { streamFailure } from './core/stream-failure.js';
import type { Window } from './core/types.js';
import {
  Agreement,
  Engine,
  loadModel,
  mustHaveProvider,
  type AgreementReport,
  type EngineOptions,
  type LoadedModel,
  type ModelOptions,
} from './infer/index.js';
import { nameSources } from './source-names.js';
import { openStream, Windower } from './stream/index.js';
import { reference, wayName, type Way } from './ways.js';

export interface CompareOptions {
  /** A file, as on the command line. */
  readonly source: string;
  readonly modelDir: string | undefined;
  readonly model?: Omit<ModelOptions, 'precision' | 'signal'>;
  readonly engine?: Pick<EngineOptions, 'provider' | 'threads'>;
  /** At least one, none twice. */
  readonly against: readonly Way[];
  /** Stop after so many windows; default: at the end of the recording. */
  readonly maxWindows?: number;
  /** Stops early; what was compared until then is reported. */
  readonly signal?: AbortSignal;
}

/** Milliseconds of the vision and head runs of one window, that is, of one stride. */
export interface StrideCost {
  readonly medianMs: number;
  /** The first window of every unbroken run of frames is encoded whole in streaming mode, so it is among these too. */
  readonly meanMs: number;
}

export interface MeasuredWay extends Way {
  /** As `--against` calls it. */
  readonly name: string;
  readonly provider: string;
  readonly cost: StrideCost;
}

export interface Comparison {
  readonly model: string;
  readonly frameCount: number;
  readonly strideFrames: number;
  readonly labels: number;
  readonly windows: number;
  /** Exact mode in fp32. */
  readonly reference: MeasuredWay;
  /** In the order asked for; each one's scores against those of the reference. */
  readonly against: readonly (MeasuredWay & { readonly agreement: AgreementReport })[];
}

/** A way that runs, and what was measured of it so far. */
interface Contender {
  readonly way: Way;
  readonly engine: Engine;
  readonly agreement: Agreement;
  readonly times: number[];
}

/**
 * Scores every window of the recording in every way, in turn, never at the same time. An inference process for each is open meanwhile.
 * @throws SOURCE_NOT_ALLOWED for anything but a file, SOURCE_TOO_SHORT, and the codes of the source, the model and the engine
 */
export async function compareWays(options: CompareOptions): Promise<Comparison> {
  const { signal = new AbortController().signal } = options;
  await mustHaveProvider(options.engine?.provider ?? 'auto');
  const contenders: Contender[] = [];
  try {
    const models = await loadModels(options, signal);
    for (const way of [reference, ...options.against]) {
      const model = models.get(way.precision);
      if (model === undefined) throw new ActionwireError('INTERNAL', `no model in ${way.precision}`);
      const engine = await Engine.open(model, { ...options.engine, mode: way.mode, batch: 1, signal });
      contenders.push({ way, engine, agreement: new Agreement(), times: [] });
    }
    return await compare(options, contenders, signal);
  } finally {
    for (const { engine } of contenders) await engine.close();
  }
}

/** The model once in every precision that is asked for. */
async function loadModels(options: CompareOptions, signal: AbortSignal): Promise<Map<Precision, LoadedModel>> {
  const dir = await findModel(options.modelDir);
  const models = new Map<Precision, LoadedModel>();
  for (const { precision } of [reference, ...options.against]) {
    if (!models.has(precision)) models.set(precision, await loadModel(dir, { ...options.model, precision, signal }));
  }
  return models;
}

async function compare(
  options: CompareOptions,
  contenders: readonly Contender[],
  signal: AbortSignal,
): Promise<Comparison> {
  const [first, ...others] = contenders;
  if (first === undefined) throw new ActionwireError('INTERNAL', 'nothing to compare');
  let windows = 0;
  for await (const window of windowsOf(options, first.engine, signal)) {
    const scores = await first.engine.infer(window);
    first.times.push(scores.inferenceMs);
    for (const { engine, agreement, times } of others) {
      const found = await engine.infer(window);
      agreement.add(scores, found);
      times.push(found.inferenceMs);
    }
    if (++windows === options.maxWindows) break;
  }
  const { name, frameCount, strideFrames, labels, fps } = first.engine.info;
  if (windows === 0)
    throw new ActionwireError('SOURCE_TOO_SHORT', `fewer than ${frameCount} frames at ${fps} a second`);
  return {
    model: name,
    frameCount,
    strideFrames,
    labels: labels.length,
    windows,
    reference: measured(first),
    against: others.map((other) => ({ ...measured(other), agreement: other.agreement.report() })),
  };
}

function measured({ way, engine, times }: Contender): MeasuredWay {
  return { name: wayName(way), ...way, provider: engine.provider, cost: costOf(times) };
}

/** The windows of a recording, each valid until the next is asked for. */
async function* windowsOf({ source }: CompareOptions, { info }: Engine, signal: AbortSignal): AsyncGenerator<Window> {
  const windower = new Windower(info);
  for (const spec of nameSources([source])) {
    const { fps, preparation } = info;
    const stream = openStream(spec, { fps, preparation, mode: 'replay', signal, allow: ['file'] });
    for await (const item of stream) {
      if (item.kind === 'state' && item.state.status === 'failed') throw streamFailure(item.state);
      const out = windower.push(item);
      if (out?.kind === 'window') yield out.window;
    }
  }
}

function costOf(times: readonly number[]): StrideCost {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { medianMs: mean(middle), meanMs: mean(times) };
}
