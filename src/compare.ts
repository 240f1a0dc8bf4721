/** Runs a recording through both ways of computing scores: how far they are apart, and what each costs. */
import { ActionwireError } from './core/errors.js';
import type { InferenceMode } from './core/model-info.js';
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
  type ModelOptions,
} from './infer/index.js';
import { nameSources } from './source-names.js';
import { openStream, Windower } from './stream/index.js';

export interface CompareOptions {
  /** A file, as on the command line. */
  readonly source: string;
  readonly modelDir: string | undefined;
  readonly model?: ModelOptions;
  readonly engine?: Pick<EngineOptions, 'provider' | 'threads'>;
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

export interface ModeComparison {
  readonly model: string;
  readonly provider: string;
  readonly frameCount: number;
  readonly strideFrames: number;
  readonly labels: number;
  /** Streaming mode's scores against those of exact mode. */
  readonly agreement: AgreementReport;
  readonly cost: Readonly<Record<InferenceMode, StrideCost>>;
}

/**
 * Scores every window of the recording in both modes, in turn, never at the same time. Two inference processes are open meanwhile.
 * @throws SOURCE_NOT_ALLOWED for anything but a file, SOURCE_TOO_SHORT, and the codes of the source, the model and the engine
 */
export async function compareModes(options: CompareOptions): Promise<ModeComparison> {
  const { signal = new AbortController().signal } = options;
  await mustHaveProvider(options.engine?.provider ?? 'auto');
  const model = await loadModel(await findModel(options.modelDir), options.model);
  const engines: Engine[] = [];
  try {
    for (const mode of ['exact', 'streaming'] as const) {
      engines.push(await Engine.open(model, { ...options.engine, mode, signal }));
    }
    const [exact, streaming] = engines as [Engine, Engine];
    return await compare(options, exact, streaming, signal);
  } finally {
    for (const engine of engines) await engine.close();
  }
}

async function compare(
  options: CompareOptions,
  exact: Engine,
  streaming: Engine,
  signal: AbortSignal,
): Promise<ModeComparison> {
  const agreement = new Agreement();
  const times: Record<InferenceMode, number[]> = { exact: [], streaming: [] };
  for await (const window of windowsOf(options, exact, signal)) {
    const reference = await exact.infer(window);
    const other = await streaming.infer(window);
    agreement.add(reference, other);
    times.exact.push(reference.inferenceMs);
    times.streaming.push(other.inferenceMs);
    if (times.exact.length === options.maxWindows) break;
  }
  const { name, frameCount, strideFrames, labels } = exact.info;
  if (times.exact.length === 0) {
    throw new ActionwireError('SOURCE_TOO_SHORT', `fewer than ${frameCount} frames at ${exact.info.fps} a second`);
  }
  return {
    model: name,
    provider: exact.provider,
    frameCount,
    strideFrames,
    labels: labels.length,
    agreement: agreement.report(),
    cost: { exact: costOf(times.exact), streaming: costOf(times.streaming) },
  };
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
