/**
 * What flows through the program, from pixels to events. Two clocks in every datum: media time (`ptsMs`, milliseconds
 * on the stream's own timeline) and capture wall time (`capturedAtMs`, milliseconds since the Unix epoch, when the
 * picture reached this machine; in replay mode, the virtual clock).
 */
import type { LabelSet } from './label-set.js';

/** One prepared picture: `pixels` is `height x width x 3`, RGB, uint8, row-major, already resized and cropped for the model. */
export interface Frame {
  readonly streamId: string;
  /** Counts the sampled frames of this stream since it was opened, from 0; never reset by a reconnect. */
  readonly index: number;
  readonly ptsMs: number;
  readonly capturedAtMs: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * `frameCount` consecutive frames of one stream with no gap between them, oldest first: `pixels` is
 * `frameCount x height x width x 3`, a contiguous VIEW into the stream's ring, valid until the next frame is written;
 * whoever keeps a window longer copies it.
 */
export interface Window {
  readonly streamId: string;
  /** Counts the windows of this stream from 0; windows dropped later keep their number, so drops show as holes. */
  readonly index: number;
  readonly firstPtsMs: number;
  readonly lastPtsMs: number;
  /** Capture wall time of the newest frame. */
  readonly capturedAtMs: number;
  readonly frameCount: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  /** Missing for a window that continues nothing. */
  readonly place?: WindowPlace;
}

/** Where a window lies in its stream, so that what was computed for earlier frames can be used again. */
export interface WindowPlace {
  /** Counts the unbroken runs of frames of this stream, from 0: a gap begins the next one. */
  readonly run: number;
  /** The newest frame's number, counted from 0 in the order in which the frames were put into windows, without holes. */
  readonly newestFrame: number;
}

/** Where the time of one window went, all in milliseconds. */
export interface ScoreTiming {
  /** Capture wall time of the newest frame of the window (epoch). */
  readonly capturedAtMs: number;
  /** From the newest frame's capture to the start of inference. */
  readonly queueMs: number;
  /** The vision and head runs. */
  readonly inferenceMs: number;
}

/** The model's answer for one window. `values[i]` is the probability (softmax over the label set) of `labels[i]`. */
export interface Scores {
  readonly streamId: string;
  readonly windowIndex: number;
  readonly firstPtsMs: number;
  readonly lastPtsMs: number;
  readonly labels: readonly string[];
  /** The labels once more, with their version and what is special about single ones; missing: version 1, nothing special. */
  readonly labelSet?: LabelSet;
  readonly values: Float32Array;
  readonly timing: ScoreTiming;
}

/** A label with its probability, 0..1. */
export interface LabelScore {
  readonly label: string;
  readonly score: number;
}

/** Lifecycle of a stream; the table of allowed moves is in src/stream/stream-state.ts. */
export type StreamStatus = 'connecting' | 'live' | 'stalled' | 'lost' | 'ended' | 'failed';

/** What decodes a stream. */
export interface DecoderChoice {
  /** FFmpeg's name: `h264`, `libdav1d`, ... */
  readonly name: string;
  /** The hardware it runs on (`vaapi`, `cuda`, ...); missing: in software. */
  readonly hardware?: string;
  /** Why hardware that was tried before does not serve: `vaapi: no device (...)`. */
  readonly why?: string;
}

/** Something about the stream that is not a picture. */
export interface StreamState {
  readonly streamId: string;
  readonly status: StreamStatus;
  /** Wall time (epoch ms) of the change; the virtual clock in replay mode. */
  readonly atMs: number;
  /** Which connection attempt this is, from 1. */
  readonly attempt: number;
  /** For `lost`, `stalled` and `failed`: the stable error code. */
  readonly code?: string;
  /** For those, and for a `connecting` stream that waits for somebody: a sentence without secrets. */
  readonly reason?: string;
  /** For `lost`: when the next attempt starts, milliseconds from `atMs`. */
  readonly retryInMs?: number;
  /** For `live`: what decodes the pictures. */
  readonly decoder?: DecoderChoice;
}

/** Why the frames on both sides of this point must never share a window. */
export type GapReason = 'reconnect' | 'timestamp-jump' | 'missing-frames' | 'resolution-change';

/** What a stream emits, in order. */
export type StreamItem =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'gap'; readonly streamId: string; readonly reason: GapReason; readonly atPtsMs: number }
  | { readonly kind: 'state'; readonly state: StreamState };

/** What the window operator emits: windows, and the gaps and states passed through in order. */
export type WindowItem = { readonly kind: 'window'; readonly window: Window } | Exclude<StreamItem, { kind: 'frame' }>;

/** What inference emits: scores, drops, and the gaps and states passed through in order. */
export type ScoreItem =
  | { readonly kind: 'scores'; readonly scores: Scores }
  | { readonly kind: 'dropped'; readonly streamId: string; readonly windowIndex: number }
  | Exclude<StreamItem, { kind: 'frame' }>;

/** An action's life: one `id`, started once, updated while it lasts, ended once. */
export interface ActionEvent {
  readonly type: 'action.started' | 'action.updated' | 'action.ended';
  /** The same for all events of one action; unique within the run. */
  readonly id: string;
  readonly streamId: string;
  readonly label: string;
  /** Version of the label set under which it was made; missing: 1. */
  readonly labelSet?: number;
  /** Smoothed score when the event was made; for `action.ended` the peak. 0..1. */
  readonly score: number;
  /** Highest smoothed score of this action so far. 0..1. */
  readonly peak: number;
  /** The best smoothed scores at that time, best first. */
  readonly top: readonly LabelScore[];
  /** Media time when the action began (window geometry accounted for). */
  readonly fromMs: number;
  /** Media time until which it is known to last; final in `action.ended`. */
  readonly toMs: number;
  /** Wall time of the capture of the newest frame that decided it (epoch ms). */
  readonly capturedAtMs: number;
  /**
   * Media time of that newest frame: `capturedAtMs - (decidedAtMs - fromMs)` is the wall time at which the action began.
   */
  readonly decidedAtMs: number;
  /** From that capture until this event was made. */
  readonly latencyMs: number;
  /** Only in `action.ended`. */
  readonly reason?: 'score-fell' | 'replaced' | 'stream-lost' | 'stream-ended';
}

/** What the events stage emits for one stream, in order; `seq` is given later, by the hub. */
export type ActionwireMessage =
  | { readonly kind: 'event'; readonly event: ActionEvent }
  /** The scores and events of the stream after this belong to this label set. */
  | { readonly kind: 'labels'; readonly streamId: string; readonly labelSet: LabelSet }
  | { readonly kind: 'scores'; readonly scores: Scores; readonly smoothed: Float32Array }
  | { readonly kind: 'state'; readonly state: StreamState }
  | { readonly kind: 'gap'; readonly streamId: string; readonly reason: GapReason; readonly atPtsMs: number }
  | { readonly kind: 'dropped'; readonly streamId: string; readonly windowIndex: number };
