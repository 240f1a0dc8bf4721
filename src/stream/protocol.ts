/** What the program and a stream's decoder process say to each other. */
import type { DecoderChoice, GapReason, Frame } from '../core/types.js';
import type { Preparation } from '../core/model-info.js';
import type { Picture, PictureResize } from '../core/picture.js';
import { failureKinds, type Failure } from './failure.js';
import { hwaccelNames, type HwaccelChoice, type HwaccelName } from './hwaccel.js';
import type { InputPlan } from './source-type.js';

export const colorMatrices = ['bt601', 'bt709'] as const;
export type ColorMatrix = (typeof colorMatrices)[number];

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
  /** Which video stream of the source, from 0; the best one when absent. */
  readonly videoTrack?: number;
  /** Makes pixels that are not square square before anything else. */
  readonly squarePixels: boolean;
  /** Of pictures that hold two fields, only one is used. */
  readonly deinterlace: boolean;
  readonly hwaccel: HwaccelChoice;
  /** Hardware that `auto` leaves out, because a process has crashed over it. */
  readonly crashedHardware?: readonly HwaccelName[];
  /** How many `frame` messages may be on their way at once. */
  readonly credits: number;
}

/** How chosen pictures of a recording are read; they come resized and whole. */
export interface ReadSettings extends Pick<
  DecoderSettings,
  'plan' | 'openTimeoutMs' | 'stallTimeoutMs' | 'maxMemoryMb' | 'credits' | 'hwaccel'
> {
  readonly resize: PictureResize;
}

export const whipCodecs = ['h264', 'vp8', 'vp9'] as const;

export type WhipCodec = (typeof whipCodecs)[number];

/** What a publisher offers and we take of it. */
export interface WhipOffer {
  /** Its session description, without candidates: we answer who finds us, and look for nobody. */
  readonly sdp: string;
  /** The one video that is received; `format` are its format parameters, as offered. */
  readonly video: {
    readonly mid: string;
    readonly payloadType: number;
    readonly codec: WhipCodec;
    readonly format?: string;
  };
  /** Sections that are answered by `inactive`: sound, further videos. */
  readonly unused: readonly {
    readonly mid: string;
    readonly kind: 'audio' | 'video';
    readonly payloadType: number;
    readonly codec: string;
  }[];
}

/** Where a publisher can reach us. */
export interface IceSettings {
  /** The address of this machine that its packets are awaited on, and no other. */
  readonly address: string;
  /** UDP ports to choose from, both included; absent: any free one. */
  readonly ports?: { readonly from: number; readonly to: number };
  /** STUN servers (`stun:host:port`) asked for our address as others see it; nobody is asked when empty. */
  readonly servers: readonly string[];
}

/** The first message to a decoder process: what its work is. */
export type DecoderOrder =
  | { readonly type: 'open'; readonly settings: DecoderSettings }
  | {
      readonly type: 'publish';
      readonly settings: DecoderSettings;
      readonly offer: WhipOffer;
      readonly ice: IceSettings;
    }
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
  /** The session description that a publisher is answered with; `opened` follows with its first picture. */
  | { readonly type: 'answer'; readonly sdp: string }
  | { readonly type: 'opened'; readonly info: InputInfo }
  /** What is about to be opened and decodes from now on; null: software. Said before anything of it can crash. */
  | { readonly type: 'hardware'; readonly name: HwaccelName | null }
  /** What decodes; said before the first picture of every decoder. */
  | { readonly type: 'decoder'; readonly choice: DecoderChoice }
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
    case 'hardware':
      return value['name'] === null || (hwaccelNames as readonly unknown[]).includes(value['name']);
    case 'decoder':
      return isDecoderChoice(value['choice']);
    case 'answer':
      return typeof value['sdp'] === 'string';
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

function isDecoderChoice(value: unknown): boolean {
  if (!isRecord(value) || typeof value['name'] !== 'string') return false;
  return [value['hardware'], value['why']].every((text) => text === undefined || typeof text === 'string');
}

function isCounters(value: unknown): boolean {
  return isRecord(value) && Object.keys(zeroCounters).every((name) => Number.isSafeInteger(value[name]));
}

function isFailure(value: unknown): boolean {
  if (!isRecord(value) || typeof value['message'] !== 'string') return false;
  return (failureKinds as readonly unknown[]).includes(value['kind']);
}
