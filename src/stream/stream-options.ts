/** Everything that can be set about a stream, with its defaults in one place. */
import { wallClock, type Clock } from '../core/clock.js';
import { maxFps, type Preparation } from '../core/model-info.js';
import { defaultBackoff, type BackoffOptions } from './backoff.js';
import type { HwaccelChoice } from './hwaccel.js';
import type { ColorMatrix } from './protocol.js';
import { sourceKinds, type SourceKind } from './source-type.js';
import type { PublisherDesk } from './whip/publisher-desk.js';

export interface StreamOptions {
  /** Defaults to the source's id. */
  readonly streamId?: string;
  /** Sampling rate, frames per second, > 0 and at most `maxFps`. */
  readonly fps: number;
  readonly preparation: Preparation;
  /** `live`: bounded, newest wins, drops counted. `replay`: lossless, paced by the consumer, on a virtual clock. */
  readonly mode: 'live' | 'replay';
  /** `media`: recordings run in their own time; `asap`: as fast as they can be read. Default: media when live, asap in replay. */
  readonly pace?: 'media' | 'asap';
  /** Starts a recording again at its end, with a gap; media time goes on. Default false. */
  readonly loop?: boolean;
  /** Default tcp. */
  readonly rtspTransport?: 'tcp' | 'udp';
  /** How long opening may take, milliseconds. Default 10000. */
  readonly openTimeoutMs?: number;
  /** No new picture for this long: `stalled`; twice this long: `lost`. Milliseconds. Default 5000. */
  readonly stallTimeoutMs?: number;
  /** The decoder process is killed when it uses more (Linux only). Megabytes, 0: no limit. Default 1024. */
  readonly maxMemoryMb?: number;
  readonly reconnect?: Partial<BackoffOptions>;
  /** How YUV is read when the stream does not say; FFmpeg's default (BT.601) when absent. */
  readonly colorMatrix?: ColorMatrix;
  /** Which video stream of the source, from 0. Default: the best one, by FFmpeg's judgement. */
  readonly videoTrack?: number;
  /** Makes pixels that are not square square. Default false, as in training. */
  readonly squarePixels?: boolean;
  /** Uses one field alone of pictures that hold two. Default true. */
  readonly deinterlace?: boolean;
  /** Where pictures are decoded. Default `none`: in software. */
  readonly hwaccel?: HwaccelChoice;
  /** PEM file with the certificates that `rtsps` and `https` sources are checked against. Default: none, nothing is checked. */
  readonly tlsCa?: string;
  /** Default: the wall clock. Used for the times of states in live mode. */
  readonly clock?: Clock;
  /** Ends the stream and its process. */
  readonly signal?: AbortSignal;
  /** Which kinds of source may be opened. Default: all. */
  readonly allow?: readonly SourceKind[];
  /** Where publishers ask in; needed for `whip:`. */
  readonly desk?: PublisherDesk;
  /** Patterns of the hosts that may be reached (`AllowList`), for a source that is not the user's own. Default: no limit. */
  readonly allowHosts?: readonly string[];
  /** Random numbers in [0, 1) for the jitter of the back-off. Default Math.random. */
  readonly random?: () => number;
}

export const streamDefaults = {
  loop: false,
  rtspTransport: 'tcp',
  openTimeoutMs: 10_000,
  stallTimeoutMs: 5_000,
  squarePixels: false,
  deinterlace: true,
  hwaccel: 'none',
  maxMemoryMb: 1024,
  clock: wallClock,
  allow: sourceKinds,
  random: Math.random,
} as const satisfies Partial<StreamOptions>;

/** A connection that has shown pictures for this long starts the back-off from the beginning. Milliseconds. */
export const steadyAfterMs = 3_000;

/** Frame messages that may be between the decoder process and the program at once. */
export const creditsInFlight = 8;

/** Items a live consumer may be behind before the oldest frames are dropped: some seconds at usual rates. */
export const maxQueuedItems = 64;

/** Options whose absence means something. */
type Optional = 'colorMatrix' | 'videoTrack' | 'tlsCa' | 'desk' | 'allowHosts';

export type ResolvedOptions = Required<Omit<StreamOptions, Optional | 'signal' | 'reconnect'>> &
  Pick<StreamOptions, Optional> & { readonly reconnect: BackoffOptions };

/** @throws RangeError for values that can never work; these come from the program, not from a user's text */
export function resolveOptions(options: StreamOptions, id: string): ResolvedOptions {
  const { fps, preparation } = options;
  if (!(fps > 0 && fps <= maxFps)) throw new RangeError(`fps must be in (0, ${maxFps}]: ${fps}`);
  if (Math.max(preparation.cropWidth, preparation.cropHeight) > preparation.shortestEdge) {
    throw new RangeError('the crop must not be larger than the shortest edge');
  }
  const { maxMemoryMb = streamDefaults.maxMemoryMb } = options;
  if (!(maxMemoryMb >= 0)) throw new RangeError(`maxMemoryMb must not be negative: ${maxMemoryMb}`);
  const pace = options.pace ?? (options.mode === 'live' ? 'media' : 'asap');
  const reconnect = { ...defaultBackoff, ...options.reconnect };
  return { ...streamDefaults, streamId: id, pace, ...options, reconnect };
}
