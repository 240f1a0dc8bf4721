/** Starts the inference process on the first provider that really works. */
import { ActionwireError } from '../core/errors.js';
import type { InferenceMode } from '../core/model-info.js';
import type { AnswerLimits } from './answer-limit.js';
import { windowShape } from './check-window.js';
import { InferenceProcess } from './inference-process.js';
import type { LoadedModel } from './load-model.js';
import type { OpenRequest } from './protocol.js';
import { candidatesFor, type ProviderChoice, type ProviderName } from './provider.js';
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
  readonly signal?: AbortSignal;
  /** When the process counts as hung. */
  readonly answerLimits?: AnswerLimits;
}

/**
 * A named provider is used or refused, never replaced; only `auto` goes on to the next one, and says so in `description`.
 * @throws PROVIDER_UNAVAILABLE, INFERENCE_FAILED, INFERENCE_WORKER_CRASHED, or the reason of `signal`
 */
export async function openProcess(model: LoadedModel, options: ProcessOptions): Promise<OpenedProcess> {
  const threads = options.threads === undefined || options.threads === 0 ? defaultThreads() : options.threads;
  const { names, remark } = candidatesFor(options.provider ?? 'auto');
  const request = (provider: ProviderName): OpenRequest =>
    openRequest(model, options.mode ?? 'exact', provider, threads);
  const reasons = remark === '' ? [] : [remark];
  for (const provider of names) {
    try {
      const { process, coverage } = await InferenceProcess.open(
        request(provider),
        options.signal,
        options.answerLimits,
      );
      return { process, provider, description: describe(provider, threads, coverage, reasons) };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (provider === names.at(-1)) throw error;
      reasons.push(error instanceof ActionwireError ? error.message : String(error));
    }
  }
  throw new ActionwireError('INTERNAL', 'no execution provider was tried');
}

function openRequest(model: LoadedModel, mode: InferenceMode, provider: ProviderName, threads: number): OpenRequest {
  const { graphs, tokens, promptCounts, memory, info, streamSizes } = model;
  const examples = memory === undefined ? {} : { memory };
  const common = {
    type: 'open',
    tokens,
    promptCounts,
    ...examples,
    windowShape: windowShape(info),
    provider,
    threads,
  } as const;
  if (mode === 'exact') return { ...common, graphs: exactGraphs(model, provider) };
  const { text, visionStream: vision, headStream: head } = graphs;
  return { ...common, graphs: { text, vision, head }, streaming: streamSizes };
}

/**
 * On the CPU each frame goes through layer 0 once and is kept; elsewhere the kept frames, ten times the size of the pixels, would have to
 * be sent to the device with every window.
 */
function exactGraphs({ graphs }: LoadedModel, provider: ProviderName): OpenRequest['graphs'] {
  const { text, vision, head, visionFrames: frames, visionWindow } = graphs;
  return provider === 'cpu' ? { text, frames, vision: visionWindow, head } : { text, vision, head };
}

function describe(provider: ProviderName, threads: number, coverage: number, reasons: readonly string[]): string {
  const cores = `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  const share = `${Math.round(coverage * 100)} % of operators, the rest on the cpu`;
  const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  return `${provider}, ${provider === 'cpu' ? cores : share}${why}`;
}
