/** One connection attempt: one decoder process from its start to its end. */
import type { DecoderChoice } from '../core/types.js';
import { urlSecrets, redactText } from '../core/redact.js';
import { DecoderProcess } from './decoder-process.js';
import { crashed, type Failure } from './failure.js';
import type { HwaccelName } from './hwaccel.js';
import type { ChildMessage, DecoderCounters, DecoderOrder, DecoderSettings, InputInfo } from './protocol.js';

export type Outcome =
  { readonly kind: 'ended' } | { readonly kind: 'aborted' } | { readonly kind: 'failed'; readonly failure: Failure };

export interface AttemptHandlers {
  readonly onOpened: (info: InputInfo) => void;
  /** @param name what is opened now, or decodes; undefined: software */
  readonly onHardware: (name: HwaccelName | undefined) => void;
  readonly onDecoder: (choice: DecoderChoice) => void;
  /** `taken` must be called once, when the frame has been taken. */
  readonly onFrame: (message: Extract<ChildMessage, { type: 'frame' }>, taken: () => void) => void;
  readonly onGap: (message: Extract<ChildMessage, { type: 'gap' }>) => void;
  readonly onStalled: () => void;
  readonly onCounters: (counters: DecoderCounters) => void;
  /** A publisher's offer is answered. */
  readonly onAnswer?: (sdp: string) => void;
}

/** Runs until the source ends, fails or `signal` aborts; the process is gone when this resolves. Never rejects. */
export async function runAttempt(
  order: Exclude<DecoderOrder, { type: 'read' }>,
  handlers: AttemptHandlers,
  signal: AbortSignal,
): Promise<Outcome> {
  if (signal.aborted) return { kind: 'aborted' };
  const { promise, resolve } = deferred<Outcome>();
  const process = new DecoderProcess(order, {
    onMessage: (message) => dispatch(message, handlers, () => process.credit(), resolve, order.settings),
    onExit: (reason) => resolve({ kind: 'failed', failure: crashed(reason) }),
  });
  const onAbort = (): void => resolve({ kind: 'aborted' });
  signal.addEventListener('abort', onAbort, { once: true });
  const outcome = await promise;
  signal.removeEventListener('abort', onAbort);
  await process.close();
  return outcome;
}

function dispatch(
  message: ChildMessage,
  handlers: AttemptHandlers,
  taken: () => void,
  finish: (outcome: Outcome) => void,
  settings: DecoderSettings,
): void {
  switch (message.type) {
    case 'opening':
      return;
    case 'answer':
      handlers.onAnswer?.(message.sdp);
      return;
    case 'opened':
      handlers.onOpened(message.info);
      return;
    case 'hardware':
      handlers.onHardware(message.name ?? undefined);
      return;
    case 'decoder':
      handlers.onDecoder(message.choice);
      return;
    case 'frame':
      handlers.onFrame(message, taken);
      return;
    case 'gap':
      handlers.onGap(message);
      return;
    case 'stalled':
      handlers.onStalled();
      return;
    case 'counters':
      handlers.onCounters(message.counters);
      return;
    case 'counted':
    case 'picture':
      // Only a process that reads single pictures says these.
      return;
    case 'ended':
      finish({ kind: 'ended' });
      return;
    case 'failed':
      finish({ kind: 'failed', failure: withoutSecrets(message.failure, settings) });
      return;
    default:
      message satisfies never;
  }
}

function withoutSecrets(failure: Failure, { plan }: DecoderSettings): Failure {
  return { ...failure, message: redactText(failure.message, urlSecrets(plan.url)) };
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((r) => (resolve = r));
  return { promise, resolve };
}
