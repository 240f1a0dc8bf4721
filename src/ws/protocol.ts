/** The messages between server and subscribers, version `actionwire.v1`; docs/protocol.md shows an example of each. */
import { z } from 'zod';
import { errorCatalogue } from '../core/error-catalogue.js';
import { inferenceModes, precisions } from '../core/model-info.js';

/** Name and version of the WebSocket sub-protocol. Fields may be added within a version; none is removed or changed. */
export const PROTOCOL = 'actionwire.v1';

const label = z.string();
const fraction = z.number().min(0).max(1);
const streamId = z.string().min(1);
/** Counts the lasting messages (states, gaps, actions) of one server epoch, from 1 without holes. */
const seq = z.int().min(0);
const epochMs = z.number();
const mediaMs = z.number();
const duration = z.number().min(0);
/** Counts the label sets of a stream, from 1. */
const version = z.int().min(1);
const code = z.string().regex(/^[A-Z][A-Z0-9_]+$/);

const labelScore = z.object({ label, score: fraction });
const status = z.enum(['connecting', 'live', 'stalled', 'lost', 'ended', 'failed']);

const state = {
  streamId,
  status,
  atMs: epochMs,
  attempt: z.int().min(1),
  code: code.optional(),
  reason: z.string().optional(),
  retryInMs: duration.optional(),
  decoder: z.object({ name: z.string(), hardware: z.string().optional(), why: z.string().optional() }).optional(),
};

const action = {
  seq,
  id: z.string().min(1),
  streamId,
  label,
  /** Version of the label set under which it was made. */
  labelSet: version.optional(),
  score: fraction,
  peak: fraction,
  top: z.array(labelScore),
  fromMs: mediaMs,
  toMs: mediaMs,
  capturedAtMs: epochMs,
  decidedAtMs: mediaMs,
  latencyMs: duration,
};

const labelSet = { labelSet: version, labels: z.array(label), background: z.array(label) };

const actionStarted = z.object({ type: z.literal('action.started'), ...action });
const actionUpdated = z.object({ type: z.literal('action.updated'), ...action });
const actionEnded = z.object({
  type: z.literal('action.ended'),
  ...action,
  reason: z.enum(['score-fell', 'replaced', 'stream-lost', 'stream-ended']),
});
const anyAction = z.discriminatedUnion('type', [actionStarted, actionUpdated, actionEnded]);

const streamState = z.object({ type: z.literal('stream.state'), seq, ...state });

const streamGap = z.object({
  type: z.literal('stream.gap'),
  seq,
  streamId,
  reason: z.enum(['reconnect', 'timestamp-jump', 'missing-frames', 'resolution-change']),
  atPtsMs: mediaMs,
});

/** The scores and actions of the stream after this belong to this label set. */
const streamLabels = z.object({ type: z.literal('stream.labels'), seq, streamId, ...labelSet });

/** Running figures of a stream, about once a second. Latency is from capture to this server's hub, of recent windows. */
const streamStats = z.object({
  type: z.literal('stream.stats'),
  streamId,
  framesPerSecond: duration.optional(),
  windowsPerSecond: duration,
  latencyP50Ms: duration.optional(),
  latencyP95Ms: duration.optional(),
  droppedWindows: z.int().min(0),
});

/** One window's scores: `values` in the order of the labels of label set `labelSet`, `top` the best smoothed ones. */
const scores = z.object({
  type: z.literal('scores'),
  streamId,
  windowIndex: z.int().min(0),
  firstPtsMs: mediaMs,
  lastPtsMs: mediaMs,
  labelSet: version.optional(),
  values: z.array(fraction),
  top: z.array(labelScore),
  capturedAtMs: epochMs,
  queueMs: duration,
  inferenceMs: duration,
});

const windowDropped = z.object({
  type: z.literal('window.dropped'),
  streamId,
  windowIndex: z.int().min(0),
  droppedWindows: z.int().min(1),
});

const streamSummary = z.object({
  streamId,
  source: z.string(),
  state: z.object(state).optional(),
  /** Missing: the stream still has the labels of `hello.model`, as its label set 1. */
  labels: z.object(labelSet).optional(),
  stats: streamStats.omit({ type: true, streamId: true }),
});

const modelSummary = z.object({
  name: z.string(),
  labels: z.array(label),
  backgroundLabel: label.optional(),
  frameCount: z.int().min(1),
  fps: z.number().positive(),
  strideFrames: z.int().min(1),
  referencePoint: fraction,
  inference: z.enum(inferenceModes).optional(),
  precision: z.enum(precisions).optional(),
});

/** The first message: all that a late joiner needs. */
const hello = z.object({
  type: z.literal('hello'),
  protocol: z.literal(PROTOCOL),
  server: z.object({ name: z.string(), version: z.string() }),
  serverTimeMs: epochMs,
  epoch: z.string().min(1),
  seq,
  model: modelSummary.optional(),
  streams: z.array(streamSummary),
  actions: z.array(z.discriminatedUnion('type', [actionStarted, actionUpdated])),
  history: z.array(actionEnded),
});

/** The set of streams changed (after `setStreams`). */
const streams = z.object({ type: z.literal('streams'), streams: z.array(streamSummary) });

/** Answers `subscribe`: what holds now. The numbered messages that follow all lie after `seq` of `epoch`, in order. */
const ack = z.object({
  type: z.literal('ack'),
  epoch: z.string().min(1),
  seq,
  streams: z.array(streamId).optional(),
  labels: z.array(z.string()).optional(),
  minScore: fraction.optional(),
  types: z.array(z.string()),
});

/** Comes after `ack` when a subscriber cannot be told all that it missed: `from`..`to` of `epoch` are lost (none where `to` is 0). */
const gap = z.object({
  type: z.literal('gap'),
  epoch: z.string().min(1),
  reason: z.enum(['history', 'other-epoch']),
  from: z.int().min(1),
  to: z.int().min(0),
});

const errorMessage = z.object({
  type: z.literal('error'),
  code: z.enum(Object.keys(errorCatalogue) as [keyof typeof errorCatalogue]),
  message: z.string(),
});

const pong = z.object({
  type: z.literal('pong'),
  id: z.string().optional(),
  serverTimeMs: epochMs,
  /** All wanted messages up to this number were sent before. */
  seq,
  /** Score messages this subscriber missed because it read too slowly. */
  droppedScores: z.int().min(0),
});

export const serverMessage = z.discriminatedUnion('type', [
  hello,
  streams,
  streamState,
  streamGap,
  streamLabels,
  streamStats,
  anyAction,
  scores,
  windowDropped,
  ack,
  gap,
  errorMessage,
  pong,
]);

/** What a subscriber may choose among, by message type. */
export const subscribableTypes = [
  'stream.state',
  'stream.gap',
  'stream.labels',
  'stream.stats',
  'action.started',
  'action.updated',
  'action.ended',
  'scores',
  'window.dropped',
] as const;

/**
 * Replaces the subscription. Missing `streams`, `labels`: all; missing `types`: all but scores and window.dropped; `scores` adds
 * scores. `sinceSeq`: tell also what came after this number of `epoch` (missing: the present one).
 */
const subscribe = z.strictObject({
  type: z.literal('subscribe'),
  streams: z.array(streamId.max(256)).max(256).optional(),
  labels: z.array(label.min(1).max(200)).max(256).optional(),
  minScore: fraction.optional(),
  scores: z.boolean().optional(),
  types: z.array(z.enum(subscribableTypes)).max(subscribableTypes.length).optional(),
  sinceSeq: seq.optional(),
  epoch: z.string().min(1).max(64).optional(),
});

const ping = z.strictObject({ type: z.literal('ping'), id: z.string().max(64).optional() });

export const clientMessage = z.discriminatedUnion('type', [subscribe, ping]);

export type ServerMessage = z.infer<typeof serverMessage>;
export type ClientMessage = z.infer<typeof clientMessage>;
type SubscribableType = (typeof subscribableTypes)[number];
export type Hello = z.infer<typeof hello>;
export type ModelSummary = z.infer<typeof modelSummary>;
export type StreamSummary = z.infer<typeof streamSummary>;
export type ActionMessage = z.infer<typeof anyAction>;
export type SpokenLabels = NonNullable<StreamSummary['labels']>;
export type StreamStats = z.infer<typeof streamStats>;
/** A message that subscriptions filter: about one stream, of a subscribable type. */
export type StreamMessage = Extract<ServerMessage, { type: SubscribableType }>;
