/** What is going on now: the streams, the actions in progress and the last ones ended; it makes late joiners equal. */
import type { Clock } from '../core/clock.js';
import { StreamMeter } from '../core/stream-meter.js';
import type { LabelSet } from '../core/label-set.js';
import type { ActionwireMessage, StreamState } from '../core/types.js';
import type { ActionMessage, Hello, StreamMessage, StreamStats, StreamSummary } from './protocol.js';
import { spokenLabels, toMessage } from './to-message.js';

/** `source` must already be free of passwords. */
export interface StreamDescription {
  readonly streamId: string;
  readonly source: string;
  /** Its label set where it is not the model's. */
  readonly labels?: LabelSet;
}

interface Entry {
  source: string;
  state: StreamState | undefined;
  labels?: LabelSet;
  readonly meter: StreamMeter;
}

export type Snapshot = Pick<Hello, 'seq' | 'streams' | 'actions' | 'history'>;

export class StreamBoard {
  readonly #streams = new Map<string, Entry>();
  readonly #actions = new Map<string, Exclude<ActionMessage, { type: 'action.ended' }>>();
  readonly #history: Extract<ActionMessage, { type: 'action.ended' }>[] = [];
  #seq = 0;

  constructor(
    private readonly historyLength: number,
    private readonly clock: Clock,
  ) {}

  /** Replaces the set of streams; states and figures of streams that stay are kept. */
  setStreams(streams: readonly StreamDescription[]): void {
    const kept = new Set(streams.map(({ streamId }) => streamId));
    for (const streamId of this.#streams.keys()) if (!kept.has(streamId)) this.#forget(streamId);
    for (const { streamId, source, labels } of streams) {
      const entry = this.#entry(streamId);
      entry.source = source;
      if (labels !== undefined) entry.labels = labels;
    }
  }

  setFrameRate(streamId: string, framesPerSecond: number): void {
    this.#entry(streamId).meter.setFrameRate(framesPerSecond);
  }

  /** Takes in one message of the pipeline and returns it in the words of the protocol, numbered. */
  apply(message: ActionwireMessage): StreamMessage {
    this.#count(message);
    const spoken = toMessage(message, () => (this.#seq += 1), this.#entry(streamOf(message)).meter.droppedWindows);
    this.#remember(spoken);
    return spoken;
  }

  snapshot(): Snapshot {
    return {
      seq: this.#seq,
      streams: [...this.#streams].map(([streamId, entry]) => this.#summary(streamId, entry)),
      actions: [...this.#actions.values()],
      history: [...this.#history],
    };
  }

  stats(): StreamStats[] {
    const now = this.clock.now();
    return [...this.#streams].map(([streamId, { meter }]) => ({ type: 'stream.stats', streamId, ...meter.read(now) }));
  }

  #forget(streamId: string): void {
    this.#streams.delete(streamId);
    for (const action of this.#actions.values()) if (action.streamId === streamId) this.#actions.delete(action.id);
  }

  #count(message: ActionwireMessage): void {
    const entry = this.#entry(streamOf(message));
    const now = this.clock.now();
    if (message.kind === 'scores') entry.meter.addWindow(now, now - message.scores.timing.capturedAtMs);
    if (message.kind === 'labels') entry.labels = message.labelSet;
    if (message.kind === 'dropped') entry.meter.addDropped();
    if (message.kind !== 'state') return;
    entry.state = message.state;
    if (message.state.status !== 'live') entry.meter.setFrameRate(undefined);
  }

  #remember(message: StreamMessage): void {
    if (message.type === 'action.started' || message.type === 'action.updated') this.#actions.set(message.id, message);
    if (message.type !== 'action.ended') return;
    this.#actions.delete(message.id);
    this.#history.push(message);
    if (this.#history.length > this.historyLength) this.#history.shift();
  }

  #summary(streamId: string, { source, state, labels, meter }: Entry): StreamSummary {
    const own = labels === undefined ? {} : { labels: spokenLabels(labels) };
    return { streamId, source, ...(state === undefined ? {} : { state }), ...own, stats: meter.read(this.clock.now()) };
  }

  #entry(streamId: string): Entry {
    const known = this.#streams.get(streamId);
    if (known !== undefined) return known;
    const made: Entry = { source: streamId, state: undefined, meter: new StreamMeter() };
    this.#streams.set(streamId, made);
    return made;
  }
}

function streamOf(message: ActionwireMessage): string {
  switch (message.kind) {
    case 'event':
      return message.event.streamId;
    case 'scores':
      return message.scores.streamId;
    case 'state':
      return message.state.streamId;
    case 'gap':
    case 'labels':
    case 'dropped':
      return message.streamId;
    default:
      return message satisfies never;
  }
}
