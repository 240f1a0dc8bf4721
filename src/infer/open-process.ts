/** Starts the inference process on the first provider that really works. */
import { ActionwireError } from '../core/errors.js';
import type { InferenceMode } from '../core/model-info.js';
import type { AnswerLimits } from './answer-limit.js';
import { batchLimit } from './batch-gate.js';
import { windowShape } from './check-window.js';
import { firstWorking } from './first-working.js';
import { InferenceProcess } from './inference-process.js';
import type { LoadedModel } from './load-model.js';
import type { OpenRequest } from './protocol.js';
import { candidatesInPrecision } from './provider-for-precision.js';
import type { ProviderChoice, ProviderName } from './provider.js';
import { defaultThreads } from './threads.js';

export interface OpenedProcess {
  readonly process: InferenceProcess;
  /** The provider that runs, to start it again on the same. */
  readonly provider: ProviderName;
  /** For people: what runs, and why nothing better. */
  readonly description: string;
}

export interface ProcessOptions {
  /** Default `exact`. */
  readonly mode?: InferenceMode;
  readonly provider?: ProviderChoice;
  readonly threads?: number;
  /** As in the engine's options. */
  readonly batch?: number;
  readonly signal?: AbortSignal;
  /** When the process counts as hung. */
  readonly answerLimits?: AnswerLimits;
}

/**
 * A named provider is used or refused, never replaced; only `auto` goes on to the next one, and says so in `description`.
 * @throws PROVIDER_UNAVAILABLE, PRECISION_UNAVAILABLE, OPTION_INVALID, INFERENCE_FAILED, INFERENCE_WORKER_CRASHED, or the reason of `signal`
 */
export async function openProcess(model: LoadedModel, options: ProcessOptions): Promise<OpenedProcess> {
  const threads = options.threads === undefined || options.threads === 0 ? defaultThreads() : options.threads;
  const { mode = 'exact', provider: choice = 'auto', signal, answerLimits } = options;
  const open = (name: ProviderName): ReturnType<typeof InferenceProcess.open> =>
    InferenceProcess.open(openRequest(model, mode, name, threads, options.batch), signal, answerLimits);
  mustScoreAlone(model, options);
  const candidates = candidatesInPrecision(choice, model.precision);
  const { provider, opened, reasons } = await firstWorking(candidates, open, signal);
  return { process: opened.process, provider, description: describe(provider, threads, opened.coverage, reasons) };
}

/** The scale of int8 activations is that of all rows of a run. @throws OPTION_INVALID */
function mustScoreAlone({ precision }: LoadedModel, { batch = 1 }: ProcessOptions): void {
  if (precision !== 'int8' || batch <= 1) return;
  throw new ActionwireError(
    'OPTION_INVALID',
    `batch ${batch}: in int8, streams that share a run change each other's scores`,
  );
}

function openRequest(
  model: LoadedModel,
  mode: InferenceMode,
  provider: ProviderName,
  threads: number,
  wish?: number,
): OpenRequest {
  const batch = mode === 'exact' ? batchLimit(mode, provider, wish) : 1;
  const { graphs, tokens, promptCounts, memory, info, streamSizes, precision } = model;
  const vocabulary = { tokens, promptCounts, ...(memory === undefined ? {} : { memory }) };
  const machine = { provider, precision, threads };
  const common = { type: 'open', ...vocabulary, windowShape: windowShape(info), batch, ...machine } as const;
  if (mode === 'exact') return { ...common, graphs: exactGraphs(model, provider, batch) };
  const { text, visionStream: vision, headStream: head } = graphs;
  return { ...common, graphs: { text, vision, head }, streaming: streamSizes };
}

/**
 * On the CPU each frame goes through layer 0 once and is kept; elsewhere the kept frames, ten times the size of the pixels, would have to
 * be sent to the device with every window. Windows that share a run are taken whole.
 */
function exactGraphs({ graphs }: LoadedModel, provider: ProviderName, batch: number): OpenRequest['graphs'] {
  const { text, vision, head, visionFrames: frames, visionWindow } = graphs;
  const keeps = provider === 'cpu' && batch === 1;
  return keeps ? { text, frames, vision: visionWindow, head } : { text, vision, head };
}

function describe(provider: ProviderName, threads: number, coverage: number, reasons: readonly string[]): string {
  const cores = `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  const share = `${Math.round(coverage * 100)} % of operators, the rest on the cpu`;
  const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  return `${provider}, ${provider === 'cpu' ? cores : share}${why}`;
}
