/** Every way a source can fail, in a short closed list, and what each means for the next attempt. */
import type { ErrorCode } from '../core/error-catalogue.js';

export const failureKinds = [
  'auth',
  'not-found',
  'unreachable',
  'timeout',
  'stalled',
  'codec',
  'corrupt',
  'ended',
  'crashed',
  'unsupported',
  'untrusted',
  'hwaccel',
  'forbidden',
  'memory',
] as const;

export type FailureKind = (typeof failureKinds)[number];

export interface Failure {
  readonly kind: FailureKind;
  /** One sentence without secrets. */
  readonly message: string;
}

const codes = {
  auth: 'SOURCE_AUTH',
  'not-found': 'SOURCE_NOT_FOUND',
  unreachable: 'SOURCE_UNREACHABLE',
  timeout: 'SOURCE_TIMEOUT',
  stalled: 'SOURCE_STALLED',
  codec: 'SOURCE_CODEC',
  corrupt: 'SOURCE_CORRUPT',
  ended: 'SOURCE_ENDED',
  crashed: 'SOURCE_CRASHED',
  unsupported: 'SOURCE_UNSUPPORTED',
  untrusted: 'SOURCE_UNTRUSTED',
  hwaccel: 'HWACCEL_UNAVAILABLE',
  forbidden: 'SOURCE_NOT_ALLOWED',
  memory: 'SOURCE_MEMORY',
} as const satisfies Record<FailureKind, ErrorCode>;

export function failureCode(kind: FailureKind): ErrorCode {
  return codes[kind];
}

/** The failure of a source whose decoder process is gone; `reason` says how it died. */
export function crashed(reason: string): Failure {
  return { kind: 'crashed', message: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.` };
}

/** What it is called when a source does not open in time, whoever notices. */
export function openTimeout(openTimeoutMs: number): Failure {
  return { kind: 'timeout', message: `Nothing came within ${openTimeoutMs} ms.` };
}

/** What it is called when a decoder process is ended because it used more memory than `maxMb` megabytes. */
export function tooMuchMemory(maxMb: number): Failure {
  return { kind: 'memory', message: `The decoder used more memory than the ${maxMb} MB allowed.` };
}

/** `soon`: exponential back-off; `slowly`: at the longest delay from the start; `no`: the stream has failed. */
export type Retry = 'soon' | 'slowly' | 'no';

export interface RetryContext {
  /** Whether the source goes on by itself (a camera, a live HTTP stream) rather than being a finite recording. */
  readonly endless: boolean;
  /** Whether the source is a device of this machine: one that was never there is a mistake, not an outage. */
  readonly attached: boolean;
  readonly mode: 'live' | 'replay';
  /** Whether any attempt of this stream has ever shown a picture. */
  readonly everLive: boolean;
  /** How many decoder processes have died in a row. */
  readonly crashes: number;
}

/** A finite recording that kills its decoder this often in a row is given up. */
const maxFileCrashes = 3;

/** Decides what follows a failure. A replay is never resumed: half a recording twice would not be that recording. */
export function retryAfter(kind: FailureKind, context: RetryContext): Retry {
  if (context.mode === 'replay') return 'no';
  if (kind === 'crashed') return context.endless || context.crashes < maxFileCrashes ? 'soon' : 'no';
  return context.endless ? retryEndless(kind, context) : 'no';
}

function retryEndless(kind: FailureKind, { attached, everLive }: RetryContext): Retry {
  switch (kind) {
    case 'auth':
    case 'not-found':
    case 'untrusted':
      return attached && !everLive ? 'no' : 'slowly';
    case 'codec':
    case 'unsupported':
    case 'hwaccel':
    case 'forbidden':
      return everLive ? 'slowly' : 'no';
    case 'memory':
      return 'slowly';
    case 'unreachable':
    case 'timeout':
    case 'stalled':
    case 'corrupt':
    case 'ended':
    case 'crashed':
      return 'soon';
    default:
      return kind satisfies never;
  }
}
