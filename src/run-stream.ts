/** One running stream: its source wired through the pipeline, its meter, and how to end it without ending the others. */
import { basename } from 'node:path';
import type { Logger } from 'pino';
import { defer, finalize, pipe, tap, type Observable } from 'rxjs';
import type { Config } from './config.js';
import { CountedBacklog } from './core/backlog.js';
import { wallClock, type Clock } from './core/clock.js';
import { Meter } from './core/meter.js';
import { paced } from './core/paced.js';
import type { ActionwireMessage, StreamItem } from './core/types.js';
import { VirtualClock } from './core/virtual-clock.js';
import { trackActions, type ActionOptions } from './events/index.js';
import { failAlone } from './fail-alone.js';
import { classifyAll, classifyLatest, limitWindows, type Engine } from './infer/index.js';
import { recognise } from './pipeline.js';
import { openStream, slidingWindow, type SourceSpec } from './stream/index.js';
import type { Hub } from './ws/index.js';

/** What the streams of a run share. */
export interface StreamParts {
  readonly config: Config;
  readonly engine: Engine;
  readonly hub?: Hub;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** What is a stream's own. */
export interface StreamRun {
  readonly source: SourceSpec;
  /** What it was asked for with, to know the same request again; holds the password of the source. */
  readonly terms: string;
  readonly actions: ActionOptions;
  /** Frames by which its windows are put off, 0 up to the stride - 1. */
  readonly offsetFrames: number;
  /** Patterns of the hosts it may reach; missing: the user of this machine has named the source. */
  readonly allowHosts?: readonly string[];
  /** Windows a second it may have scored; undefined: no limit. */
  readonly maxWindows: number | undefined;
}

export class RunningStream {
  readonly meter: Meter;
  /** All it says; it runs while this is subscribed. */
  readonly messages: Observable<ActionwireMessage>;
  readonly #clock: Clock;
  readonly #backlog = new CountedBacklog(1);
  readonly #stop = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  /** @throws ActionwireError for a source that this machine can never open (`openStream`) */
  constructor(
    private readonly parts: StreamParts,
    readonly run: StreamRun,
  ) {
    this.#clock = parts.config.mode === 'replay' ? new VirtualClock() : wallClock;
    this.meter = new Meter(run.source.id, this.#clock);
    const messages = this.#recognise();
    this.messages = defer(() => {
      let end = (): void => undefined;
      this.#ended = new Promise((resolve) => (end = resolve));
      return messages.pipe(finalize(() => end()));
    });
  }

  get id(): string {
    return this.run.source.id;
  }

  /** What subscribers are told of the source: no password, and of a file only its name. */
  get publicSource(): string {
    const { kind, displayUrl } = this.run.source;
    return kind === 'file' ? basename(displayUrl) : displayUrl;
  }

  /** Ends it in an orderly way; resolves when its open actions have ended, its last message is said and its decoder process is gone. */
  stop(): Promise<void> {
    this.#stop.abort();
    return this.#ended;
  }

  #recognise(): Observable<ActionwireMessage> {
    const { config, engine, hub, log } = this.parts;
    const { actions, offsetFrames, maxWindows } = this.run;
    const { frameCount, strideFrames } = engine.info;
    const replay = config.mode === 'replay';
    const clock = this.#clock;
    return recognise(this.#items().pipe(tap((item) => this.meter.countItem(item))), {
      window: pipe(slidingWindow({ frameCount, strideFrames, offsetFrames }), limitWindows(maxWindows)),
      classify: replay ? classifyAll(engine, clock, this.#backlog) : classifyLatest(engine, clock),
      track: trackActions({ actions, clock }),
    }).pipe(
      failAlone({
        streamId: this.id,
        clock,
        onFailure: (err) => log.error({ streamId: this.id, err }, 'stream failed'),
      }),
      tap((message) => this.meter.countMessage(message)),
      tap(() => hub?.setFrameRate(this.id, this.meter.frameRate())),
      finalize(() => engine.forget(this.id)),
    );
  }

  /** The stream's items: paced by inference in replay mode, as they come in live mode. */
  #items(): Observable<StreamItem> {
    const { config, engine, signal } = this.parts;
    const replay = config.mode === 'replay';
    const unsubscribed = new AbortController();
    const stream = openStream(this.run.source, {
      streamId: this.id,
      fps: engine.info.fps,
      preparation: engine.info.preparation,
      mode: config.mode,
      pace: replay ? 'asap' : 'media',
      loop: config.loop,
      rtspTransport: config.rtspTransport,
      openTimeoutMs: config.openTimeoutMs,
      stallTimeoutMs: config.stallTimeoutMs,
      maxMemoryMb: config.maxDecoderMemoryMb,
      reconnect: { initialMs: config.reconnectInitialMs, maxMs: config.reconnectMaxMs },
      clock: this.#clock,
      ...(this.run.allowHosts === undefined ? {} : { allowHosts: this.run.allowHosts }),
      signal: AbortSignal.any([signal, this.#stop.signal, unsubscribed.signal]),
    });
    return paced(stream, replay ? () => this.#backlog.drained() : undefined).pipe(
      tap((item) => this.#clock instanceof VirtualClock && this.#clock.follow(item)),
      finalize(() => unsubscribed.abort()),
    );
  }
}
