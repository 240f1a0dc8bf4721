/** The composition root: opens the parts in order, wires each stream through the pipeline, closes everything in reverse. */
import { basename } from 'node:path';
import type { Logger } from 'pino';
import { finalize, merge, pipe, share, tap, type Observable } from 'rxjs';
import type { Config } from './config.js';
import { findModel } from './find-model.js';
import { mustBeReplayable, nameSources } from './source-names.js';
import { ActionwireError } from './core/errors.js';
import type { LabelEntry, LabelSet } from './core/label-set.js';
import { CountedBacklog } from './core/backlog.js';
import { wallClock, type Clock } from './core/clock.js';
import type { Closable } from './core/close.js';
import { Meter, type MeterReading } from './core/meter.js';
import { paced } from './core/paced.js';
import type { ActionwireMessage, StreamItem } from './core/types.js';
import { version } from './core/version.js';
import { VirtualClock } from './core/virtual-clock.js';
import { checkRules, resolveActionOptions, trackActions, type ActionOptions } from './events/index.js';
import { failAlone } from './fail-alone.js';
import { HttpServer, type SetLabels } from './http/index.js';
import {
  classifyAll,
  classifyLatest,
  Engine,
  limitWindows,
  loadModel,
  mustHaveProvider,
  type LoadedModel,
  type ModelOptions,
} from './infer/index.js';
import { readTaught } from './infer/taught/index.js';
import { openLog } from './log.js';
import { overloadWarning } from './overload-warning.js';
import { recognise } from './pipeline.js';
import { openPublishing, type Publishing } from './publishing.js';
import { labelControl, mustBeStreams, ownLabels, setInitialLabels } from './stream-labels.js';
import { openStream, slidingWindow, staggerFrames, type SourceSpec } from './stream/index.js';
import { windowLimits } from './window-limits.js';
import { Hub } from './ws/index.js';

interface Parts {
  readonly config: Config;
  readonly sources: readonly SourceSpec[];
  /** Windows a second of the streams that have a limit. */
  readonly limits: ReadonlyMap<string, number>;
  readonly engine: Engine;
  readonly actions: ActionOptions;
  readonly model: LoadedModel;
  readonly publishing: Publishing;
  readonly http?: HttpServer;
  readonly hub?: Hub;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

export class App implements Closable {
  readonly #meters = new Map<string, Meter>();
  #closed: Promise<void> | undefined;

  /**
   * Everything every stream says, as it happens. Streams start with the first subscriber; completes when all have ended or
   * failed. A refused inference is the state `failed` of the stream that asked, never an error here.
   */
  readonly messages: Observable<ActionwireMessage>;

  private constructor(private readonly parts: Parts) {
    const { log } = parts;
    const streams = parts.sources.map((source, index) => this.#recognise(source, index));
    const watchLoad = overloadWarning(parts.engine, ({ code, message, hint }) =>
      log.warn({ code }, `${message}. ${hint}`),
    );
    this.messages = merge(...streams).pipe(
      tap((message) => parts.hub?.publish(message)),
      tap((message) => logMessage(log, message)),
      tap(watchLoad),
      share(),
    );
    parts.hub?.setStreams(
      parts.sources.map((source) => ({
        streamId: source.id,
        source: publicName(source),
        ...ownLabels(parts.config, parts.engine, source.id),
      })),
    );
  }

  /**
   * Opens model, engine and server. Aborting `signal` ends the opening with its reason, or the streams in an orderly way.
   * @throws ActionwireError for an unacceptable source, model, provider or port; what was opened is closed again
   */
  static async open(config: Config, signal: AbortSignal): Promise<App> {
    const sources = nameSources(config.sources);
    if (config.mode === 'replay') mustBeReplayable(sources);
    const names = sources.map(({ id }) => id);
    const limits = windowLimits(config.maxWindows, names);
    await mustHaveProvider(config.provider);
    const model = await loadModel(await findModel(config.modelDir), { ...(await modelOptions(config)), signal });
    const actions = actionOptions(config, model);
    checkRules(actions, model.labelSet);
    mustBeStreams(config.streamLabels, names);
    const publishing = openPublishing(config.whip, sources, config.server !== false);
    const log = openLog(config.logLevel);
    const opened: Closable[] = [];
    try {
      const engine = await openEngine(model, config, log, signal);
      opened.push(engine);
      await setInitialLabels(config.streamLabels, { engine, model, actions }, signal);
      const running: { app?: App } = {};
      const control = labelControl(config.control, () => running.app);
      const server =
        config.server === false ? {} : await openServer(config.server, engine, control, publishing, opened);
      running.app = new App({ config, sources, limits, engine, actions, model, publishing, signal, log, ...server });
      return running.app;
    } catch (error) {
      await closeAll(opened);
      throw error;
    }
  }

  get streamCount(): number {
    return this.parts.sources.length;
  }

  /** How each stream is doing now. */
  readings(): MeterReading[] {
    return [...this.#meters.values()].map((meter) => meter.read());
  }

  /**
   * Replaces the labels of a running stream. They are encoded beside the windows, and hold from the stream's next window on; the
   * message `labels` comes before the first scores that belong to them. A list that will not do changes nothing.
   * @throws STREAM_UNKNOWN, MODEL_LABELS_INVALID, OPTION_INVALID (thresholds), LABELS_BUSY, INFERENCE_FAILED, ENGINE_CLOSED
   */
  async setLabels(streamId: string, labels: readonly LabelEntry[]): Promise<LabelSet> {
    const { sources, engine, model, actions } = this.parts;
    if (!sources.some(({ id }) => id === streamId)) {
      throw new ActionwireError('STREAM_UNKNOWN', `there is no stream "${streamId}"`);
    }
    checkRules(actions, model.prepare(labels).labelSet);
    return engine.setLabels(streamId, labels);
  }

  /** Lines that tell a person what runs and where to look. */
  summary(): string[] {
    const { engine, http } = this.parts;
    const { name, labels, frameCount, fps, strideFrames, inference, precision } = engine.info;
    const ways = [inference === 'streaming' ? ', streaming mode' : '', precision === 'fp32' ? '' : `, ${precision}`];
    return [
      `Actionwire ${version}: ${name}, ${labels.length} labels, ${frameCount} frames at ${fps} fps, every ${strideFrames}${ways.join('')}; ${engine.provider}`,
      ...(http === undefined ? [] : [`Page ${http.url}   WebSocket ${http.url.replace('http', 'ws')}ws`]),
    ];
  }

  /** Idempotent; streams must have been ended by the signal or unsubscribed before. */
  close(): Promise<void> {
    const { hub, http, engine } = this.parts;
    this.#closed ??= closeAll([engine, http, hub]);
    return this.#closed;
  }

  #recognise(source: SourceSpec, index: number): Observable<ActionwireMessage> {
    const { config, sources, limits, engine, actions, hub, log } = this.parts;
    const { frameCount, strideFrames } = engine.info;
    const replay = config.mode === 'replay';
    const offsetFrames = replay ? 0 : staggerFrames(index, sources.length, strideFrames);
    const backlog = new CountedBacklog(1);
    const clock = replay ? new VirtualClock() : wallClock;
    const meter = new Meter(source.id, clock);
    this.#meters.set(source.id, meter);
    const items = this.#items(source, clock, backlog).pipe(tap((item) => meter.countItem(item)));
    return recognise(items, {
      window: pipe(slidingWindow({ frameCount, strideFrames, offsetFrames }), limitWindows(limits.get(source.id))),
      classify: replay ? classifyAll(engine, clock, backlog) : classifyLatest(engine, clock),
      track: trackActions({ actions, clock }),
    }).pipe(
      failAlone({
        streamId: source.id,
        clock,
        onFailure: (err) => log.error({ streamId: source.id, err }, 'stream failed'),
      }),
      tap((message) => meter.countMessage(message)),
      tap(() => hub?.setFrameRate(source.id, meter.frameRate())),
      finalize(() => engine.forget(source.id)),
    );
  }

  /** The stream's items: paced by inference in replay mode, as they come in live mode. */
  #items(source: SourceSpec, clock: Clock, backlog: CountedBacklog): Observable<StreamItem> {
    const { config, engine, publishing, signal } = this.parts;
    const replay = config.mode === 'replay';
    const stop = new AbortController();
    const stream = openStream(source, {
      streamId: source.id,
      fps: engine.info.fps,
      preparation: engine.info.preparation,
      mode: config.mode,
      pace: replay ? 'asap' : 'media',
      loop: config.loop,
      rtspTransport: config.rtspTransport,
      openTimeoutMs: config.openTimeoutMs,
      stallTimeoutMs: config.stallTimeoutMs,
      reconnect: { initialMs: config.reconnectInitialMs, maxMs: config.reconnectMaxMs },
      clock,
      desk: publishing.desk,
      signal: AbortSignal.any([signal, stop.signal]),
    });
    const items = paced(stream, replay ? () => backlog.drained() : undefined);
    return items.pipe(
      tap((item) => clock instanceof VirtualClock && clock.follow(item)),
      finalize(() => stop.abort()),
    );
  }
}

function openEngine(model: LoadedModel, config: Config, log: Logger, signal: AbortSignal): Promise<Engine> {
  const { provider, threads, inference, mode, batch, batchWaitMs } = config;
  return Engine.open(model, {
    mode: inference,
    // What else is replayed must not change a digit.
    ...(mode === 'replay' ? { batch: 1 } : { ...(batch === undefined ? {} : { batch }), batchWaitMs }),
    provider,
    threads,
    signal,
    onRestart: ({ code, message }) => log.warn({ code }, `inference starts again: ${message}`),
  });
}

/** Stream states at info, events and drops at debug; scores never. */
function logMessage(log: Logger, message: ActionwireMessage): void {
  if (message.kind === 'event') log.debug(message.event, message.event.type);
  if (message.kind === 'dropped') log.debug({ streamId: message.streamId }, 'window dropped');
  if (message.kind !== 'state') return;
  const { status, ...details } = message.state;
  log.info(details, `stream ${status}`);
}

async function modelOptions(config: Config): Promise<ModelOptions> {
  const { labels, templates, taught, fps, strideFrames, precision } = config;
  return {
    precision,
    ...(labels === undefined ? {} : { labels }),
    ...(templates === undefined ? {} : { templates }),
    ...(taught === undefined ? {} : { taught: await readTaught(taught) }),
    ...(fps === undefined ? {} : { fps }),
    ...(strideFrames === undefined ? {} : { strideFrames }),
  };
}

/** The user's thresholds over the model's recommendation over the defaults. */
function actionOptions(config: Config, { info, recommended }: LoadedModel): ActionOptions {
  const { enter, exit, minDurationMs, gapToleranceMs, smoothingMs } = config;
  const wishes = Object.entries({ enter, exit, minDurationMs, gapToleranceMs, smoothingMs });
  const { labels, referencePoint } = info;
  return resolveActionOptions(
    {
      ...Object.fromEntries(wishes.filter(([, value]) => value !== undefined)),
      referencePoint,
      idPrefix: config.mode === 'replay' ? '' : `${Date.now().toString(36)}-`,
    },
    recommended,
    labels,
  );
}

/** The page and the WebSocket hub on one port; what is opened is pushed on `opened`. */
async function openServer(
  { host, port, allowedOrigins }: Exclude<Config['server'], false>,
  engine: Engine,
  setLabels: SetLabels | undefined,
  { whip }: Publishing,
  opened: Closable[],
): Promise<{ http: HttpServer; hub: Hub }> {
  const health = (): { ok: boolean; inference: Engine['status'] } => ({
    ok: engine.status === 'running',
    inference: engine.status,
  });
  const http = await HttpServer.open({
    host,
    port,
    allowedOrigins,
    health,
    snapshot: () => hub.hello(),
    whip,
    ...(setLabels === undefined ? {} : { setLabels }),
  });
  opened.push(http);
  const hub = Hub.open({ server: http.server, version, model: engine.info, allowedOrigins });
  opened.push(hub);
  return { http, hub };
}

/** Closes in reverse order of opening; every part gets its turn. */
async function closeAll(opened: readonly (Closable | undefined)[]): Promise<void> {
  for (const part of opened.toReversed()) await part?.close();
}

/** What subscribers are told of a source: no password, and of a file only its name. */
function publicName({ kind, displayUrl }: SourceSpec): string {
  return kind === 'file' ? basename(displayUrl) : displayUrl;
}
