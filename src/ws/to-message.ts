/** Puts what the pipeline emits into the words of the protocol. */
import type { ActionwireMessage, Scores } from '../core/types.js';
import type { LabelSet } from '../core/label-set.js';
import type { SpokenLabels, StreamMessage } from './protocol.js';

const TOP_COUNT = 5;

/** `nextSeq` is called once for each lasting message, `droppedWindows` is the stream's count including this one. */
export function toMessage(message: ActionwireMessage, nextSeq: () => number, droppedWindows: number): StreamMessage {
  switch (message.kind) {
    case 'event':
      return actionMessage(message.event, nextSeq());
    case 'scores':
      return scoresMessage(message.scores, message.smoothed);
    case 'state':
      return { type: 'stream.state', seq: nextSeq(), ...message.state };
    case 'gap': {
      const { streamId, reason, atPtsMs } = message;
      return { type: 'stream.gap', seq: nextSeq(), streamId, reason, atPtsMs };
    }
    case 'labels':
      return { type: 'stream.labels', seq: nextSeq(), streamId: message.streamId, ...spokenLabels(message.labelSet) };
    case 'dropped': {
      const { streamId, windowIndex } = message;
      return { type: 'window.dropped', streamId, windowIndex, droppedWindows };
    }
    default:
      return message satisfies never;
  }
}

/** A label set in the words of the protocol. */
export function spokenLabels({ version, labels, background }: LabelSet): SpokenLabels {
  return { labelSet: version, labels: [...labels], background: [...background] };
}

function actionMessage(event: Extract<ActionwireMessage, { kind: 'event' }>['event'], seq: number): StreamMessage {
  const { type, reason, top, ...rest } = event;
  const common = { ...rest, seq, top: [...top] };
  return type === 'action.ended' ? { type, ...common, reason: reason ?? 'score-fell' } : { type, ...common };
}

function scoresMessage({ timing, values, labels, labelSet, ...window }: Scores, smoothed: Float32Array): StreamMessage {
  const { streamId, windowIndex, firstPtsMs, lastPtsMs } = window;
  const top = labels
    .map((label, i) => ({ label, score: round(smoothed[i] ?? 0) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, TOP_COUNT);
  return {
    type: 'scores',
    streamId,
    windowIndex,
    firstPtsMs,
    lastPtsMs,
    ...(labelSet === undefined ? {} : { labelSet: labelSet.version }),
    values: Array.from(values, round),
    top,
    capturedAtMs: timing.capturedAtMs,
    queueMs: timing.queueMs,
    inferenceMs: timing.inferenceMs,
  };
}

/** Four decimals, kept within 0..1 against rounding in float32. */
function round(value: number): number {
  return Math.min(1, Math.max(0, Math.round(value * 1e4) / 1e4));
}
