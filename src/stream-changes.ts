/** Adds streams to a running program and takes them away, one change at a time; the other streams lose nothing. */
import { ActionwireError } from './core/errors.js';
import type { LabelEntry, LabelSet } from './core/label-set.js';
import type { AddedStream, StreamRequest } from './core/stream-request.js';
import { checkRules, type ActionOptions } from './events/index.js';
import type { LoadedModel } from './infer/index.js';
import { RunningStream, type StreamParts, type StreamRun } from './run-stream.js';
import { mustBeName } from './source-names.js';
import type { StreamRegistry } from './stream-registry.js';
import { freeOffset, mustBeAllowed, parseSource, type SourceSpec } from './stream/index.js';

/** Streams in one program at most. */
export const maxStreams = 64;

export interface ChangeParts extends StreamParts {
  readonly registry: StreamRegistry;
  readonly model: LoadedModel;
  readonly actions: ActionOptions;
}

export interface PutResult {
  /** Whether there was no stream of that name before. */
  readonly created: boolean;
  readonly stream: AddedStream;
}

export class StreamChanges {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: ChangeParts) {}

  /**
   * Adds a stream. One of that name that runs on the same terms stays as it is; any other is ended and replaced. The stream begins
   * anew in every respect: its labels, limits and figures are those of the request or the defaults.
   * @throws SOURCE_INVALID, SOURCE_NOT_ALLOWED, MODEL_LABELS_INVALID, OPTION_INVALID, LABELS_BUSY, STREAMS_FULL, STREAMS_ENDED; nothing has
   * changed then. INFERENCE_FAILED when the labels could not be encoded; a stream that was to be replaced is gone then.
   */
  put(name: string, request: StreamRequest): Promise<PutResult> {
    return this.#inTurn(() => this.#put(name, request));
  }

  /** Ends a stream; resolves when nothing of it is left. @throws STREAM_UNKNOWN */
  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      const stream = this.parts.registry.get(name);
      if (stream === undefined) throw new ActionwireError('STREAM_UNKNOWN', `there is no stream "${name}"`);
      await this.#remove(stream);
    });
  }

  async #put(name: string, request: StreamRequest): Promise<PutResult> {
    const { registry, config } = this.parts;
    mustBeName(name);
    const source = parseSource(request.source, { id: name });
    await mustBeAllowed(source, config.allowSources);
    const terms = termsOf(source, request);
    const before = registry.get(name);
    if (before?.run.terms === terms && registry.isRunning(before)) return { created: false, stream: told(before) };
    if (!registry.isOpen || config.mode === 'replay') {
      throw new ActionwireError('STREAMS_ENDED', 'this run takes no further streams');
    }
    if (before === undefined && registry.size >= maxStreams) {
      throw new ActionwireError('STREAMS_FULL', `there are ${maxStreams} streams, which is the limit`);
    }
    this.#checkLabels(request.labels);
    if (before !== undefined) await this.#remove(before);
    return { created: before === undefined, stream: await this.#add(source, request, terms) };
  }

  /** Everything that can be wrong with labels without encoding them. */
  #checkLabels(labels: readonly LabelEntry[] | undefined): void {
    const { model, actions } = this.parts;
    if (labels !== undefined) checkRules(actions, model.prepare(labels).labelSet);
  }

  async #add(source: SourceSpec, { labels, maxWindows }: StreamRequest, terms: string): Promise<AddedStream> {
    const { engine, registry, config, actions } = this.parts;
    const own = labels === undefined ? undefined : await engine.setLabels(source.id, labels, { initial: true });
    const taken = registry.all().map(({ run }) => run.offsetFrames);
    const run: StreamRun = {
      source,
      terms,
      // The stream may have had another life, whose actions were numbered from 1 as well.
      actions: { ...actions, idPrefix: `${Date.now().toString(36)}-` },
      ...(source.kind === 'whip' ? {} : { allowHosts: config.allowSources }),
      offsetFrames: freeOffset(taken, engine.info.strideFrames),
      maxWindows: maxWindows ?? config.maxWindows.findLast(({ stream }) => stream === undefined)?.perSecond,
    };
    const stream = new RunningStream(this.parts, run);
    this.#tell([...registry.all(), stream], own === undefined ? {} : { [stream.id]: own });
    registry.add(stream);
    return told(stream);
  }

  async #remove(stream: RunningStream): Promise<void> {
    const { registry, engine } = this.parts;
    await registry.remove(stream);
    engine.dropLabels(stream.id);
    this.#tell(registry.all());
  }

  #tell(streams: readonly RunningStream[], labels: Readonly<Record<string, LabelSet>> = {}): void {
    this.parts.hub?.setStreams(
      streams.map(({ id, publicSource }) => ({
        streamId: id,
        source: publicSource,
        ...(labels[id] === undefined ? {} : { labels: labels[id] }),
      })),
    );
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(change);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Two requests with the same terms ask for the same stream. Holds the password of the source: never to be shown. */
export function termsOf(
  { kind, url, parameters }: SourceSpec,
  { labels, maxWindows }: Omit<StreamRequest, 'source'>,
): string {
  return JSON.stringify([kind, url, parameters, labels ?? null, maxWindows ?? null]);
}

function told({ id, publicSource }: RunningStream): AddedStream {
  return { streamId: id, source: publicSource };
}
