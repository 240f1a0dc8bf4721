/** What the program and a stream's decoder process say to each other. */
import type { GapReason, Frame } from '../core/types.js';
import type { Preparation } from '../core/model-info.js';
import type { Picture, PictureResize } from '../core/picture.js';
import { failureKinds, type Failure } from './failure.js';
import type { InputPlan } from './source-type.js';

export type ColorMatrix = 'bt601' | 'bt709';

/** Everything a decoder process works from. Sent by message, never by command line: the URL may hold a password. */
export interface DecoderSettings {
  readonly plan: InputPlan;
  readonly fps: number;
  readonly preparation: Preparation;
  readonly mode: 'live' | 'replay';
  readonly pace: 'media' | 'asap';
  readonly loop: boolean;
  /** Patterns of the hosts that may be reached; missing: whatever FFmpeg reaches. */
  readonly allowHosts?: readonly string[];
  readonly openTimeoutMs: number;
  readonly stallTimeoutMs: number;
  /** The process is killed when it uses more. Megabytes, 0: no limit. */
  readonly maxMemoryMb: number;
  /** How untagged YUV is read; FFmpeg's own default (BT.601) when absent. */
  readonly colorMatrix?: ColorMatrix;
  /** How many `frame` messages may be on their way at once. */
  readonly credits: number;
}

/** How chosen pictures of a recording are read; they come resized and whole. */
export interface ReadSettings extends Pick<
  DecoderSettings,
  'plan' | 'openTimeoutMs' | 'stallTimeoutMs' | 'maxMemoryMb' | 'credits'
> {
  readonly resize: PictureResize;
}

/** The first message to a decoder process: what its work is. */
export type DecoderOrder =
  | { readonly type: 'open'; readonly settings: DecoderSettings }
  | { readonly type: 'read'; readonly settings: ReadSettings };

export type ParentMessage =
  | DecoderOrder
  /** The answer to `counted`: numbers of pictures, from 0. */
  | { readonly type: 'pick'; readonly indices: readonly number[] }
  | { readonly type: 'credit' }
  | { readonly type: 'stop' };

/** Totals since the process started. */
export interface DecoderCounters {
  packets: number;
  decoded: number;
  /** Frames sent, repeats included. */
  sampled: number;
  /** Sampled frames thrown away because the program did not take them in time (live mode only). */
  dropped: number;
  decodeErrors: number;
}

export interface InputInfo {
  /** `h264`, `mjpeg`, ... */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** Whether the source goes on for ever: its end is then a loss. */
  readonly endless: boolean;
}

export type ChildMessage =
  /** The process begins to open the source; `opened`, `failed` or `ended` follows. In a loop once for each pass. */
  | { readonly type: 'opening' }
  | { readonly type: 'opened'; readonly info: InputInfo }
  | {
      readonly type: 'frame';
      readonly ticks: readonly number[];
      readonly capturedAtMs: number;
      readonly pixels: Uint8Array;
    }
  | { readonly type: 'gap'; readonly reason: GapReason }
  /** So many pictures the recording has; said again, with pictures anew, when decoding found another number. */
  | { readonly type: 'counted'; readonly pictures: number }
  | ({ readonly type: 'picture'; readonly index: number } & Picture)
  | { readonly type: 'stalled' }
  | { readonly type: 'counters'; readonly counters: DecoderCounters }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly failure: Failure };

export const zeroCounters: Readonly<DecoderCounters> = {
  packets: 0,
  decoded: 0,
  sampled: 0,
  dropped: 0,
  decodeErrors: 0,
};

const gapReasons: readonly unknown[] = [
  'reconnect',
  'timestamp-jump',
  'missing-frames',
  'resolution-change',
] satisfies GapReason[];

/** Whether a value is a message a decoder process may send; frames must have exactly the size asked for, if any was. */
export function isChildMessage(value: unknown, size?: Pick<Frame, 'width' | 'height'>): value is ChildMessage {
  if (!isRecord(value)) return false;
  switch (value['type']) {
    case 'frame':
      return size !== undefined && isFrameMessage(value, size);
    case 'counted':
      return Number.isSafeInteger(value['pictures']) && Number(value['pictures']) > 0;
    case 'picture':
      return isPictureMessage(value);
    case 'opened':
      return isRecord(value['info']) && typeof value['info']['endless'] === 'boolean';
    case 'gap':
      return gapReasons.includes(value['reason']);
    case 'counters':
      return isCounters(value['counters']);
    case 'failed':
      return isFailure(value['failure']);
    case 'opening':
    case 'stalled':
    case 'ended':
      return true;
    default:
      return false;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isFrameMessage(value: Record<string, unknown>, { width, height }: Pick<Frame, 'width' | 'height'>): boolean {
  const { ticks, capturedAtMs, pixels } = value;
  if (!Array.isArray(ticks) || ticks.length === 0 || !ticks.every(Number.isFinite)) return false;
  return Number.isFinite(capturedAtMs) && pixels instanceof Uint8Array && pixels.length === width * height * 3;
}

function isPictureMessage({ index, width, height, pixels }: Record<string, unknown>): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(width) || !Number.isSafeInteger(height)) return false;
  return pixels instanceof Uint8Array && pixels.length === Number(width) * Number(height) * 3;
}

function isCounters(value: unknown): boolean {
  return isRecord(value) && Object.keys(zeroCounters).every((name) => Number.isSafeInteger(value[name]));
}

function isFailure(value: unknown): boolean {
  if (!isRecord(value) || typeof value['message'] !== 'string') return false;
  return (failureKinds as readonly unknown[]).includes(value['kind']);
}
