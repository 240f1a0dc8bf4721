/** The composition root: opens the parts in order, wires each stream through the pipeline, closes everything in reverse. */
import type { Logger } from 'pino';
import { share, tap, type Observable } from 'rxjs';
import type { Config } from './config.js';
import { findModel } from './find-model.js';
import { mustBeReplayable, nameSources } from './source-names.js';
import { ActionwireError } from './core/errors.js';
import type { LabelEntry, LabelSet } from './core/label-set.js';
import type { Closable } from './core/close.js';
import type { MeterReading } from './core/meter.js';
import type { StreamRequest } from './core/stream-request.js';
import type { ActionwireMessage } from './core/types.js';
import { version } from './core/version.js';
import { VirtualClock } from './core/virtual-clock.js';
import { checkRules, resolveActionOptions, type ActionOptions } from './events/index.js';
import { Engine, loadModel, mustHaveProvider, type LoadedModel, type ModelOptions } from './infer/index.js';
import { readTaught } from './infer/taught/index.js';
import { openLog } from './log.js';
import { overloadWarning } from './overload-warning.js';
import { openServer, type Server } from './open-server.js';
import { openPublishing, type Publishing } from './publishing.js';
import { remoteControl } from './remote-control.js';
import { RunningStream } from './run-stream.js';
import { StreamChanges, termsOf, type PutResult } from './stream-changes.js';
import { mustFitSources } from './source-options.js';
import { mustBeStreams, ownLabels, setInitialLabels } from './stream-labels.js';
import { StreamRegistry } from './stream-registry.js';
import { staggerFrames, type SourceSpec } from './stream/index.js';
import { windowLimits } from './window-limits.js';

interface Parts {
  readonly config: Config;
  readonly sources: readonly SourceSpec[];
  /** Windows a second of the streams that have a limit. */
  readonly limits: ReadonlyMap<string, number>;
  readonly engine: Engine;
  readonly actions: ActionOptions;
  readonly model: LoadedModel;
  readonly publishing: Publishing;
  readonly http?: Server['http'];
  readonly hub?: Server['hub'];
  /** In a replay: the time of the run, which is that of the stream that is farthest. */
  readonly clock?: VirtualClock;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

export class App implements Closable {
  readonly #registry: StreamRegistry;
  readonly #changes: StreamChanges;
  #closed: Promise<void> | undefined;

  /**
   * Everything every stream says, as it happens, streams that are added later included. Streams start with the first subscriber.
   * Completes when all have ended or failed; where control is allowed, not before the signal or `close()`, because others may be
   * added. A refused inference is the state `failed` of the stream that asked, never an error here.
   */
  readonly messages: Observable<ActionwireMessage>;

  private constructor(private readonly parts: Parts) {
    const { log, config, engine, hub, signal } = parts;
    const registry = new StreamRegistry(config.control);
    this.#registry = registry;
    this.#changes = new StreamChanges({ ...parts, registry });
    parts.sources.forEach((source, index) => registry.add(this.#stream(source, index)));
    if (signal.aborted) registry.close();
    signal.addEventListener('abort', () => registry.close(), { once: true });
    const watchLoad = overloadWarning(engine, ({ code, message, hint }) => log.warn({ code }, `${message}. ${hint}`));
    this.messages = registry.messages.pipe(
      tap((message) => hub?.publish(message)),
      tap((message) => logMessage(log, message)),
      tap(watchLoad),
      share(),
    );
    hub?.setStreams(
      registry.all().map(({ id, publicSource }) => ({
        streamId: id,
        source: publicSource,
        ...ownLabels(config, engine, id),
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
    mustFitSources(config, names);
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
      const control = config.control ? { control: remoteControl(() => running.app) } : {};
      const time = config.mode === 'replay' ? { clock: new VirtualClock() } : {};
      const parts = { ...control, ...time, publishing };
      const server = config.server === false ? {} : await openServer(config.server, engine, parts, opened);
      running.app = new App({
        config,
        sources,
        limits,
        engine,
        actions,
        model,
        publishing,
        signal,
        log,
        ...time,
        ...server,
      });
      return running.app;
    } catch (error) {
      await closeAll(opened);
      throw error;
    }
  }

  get streamCount(): number {
    return this.#registry.size;
  }

  /** Labels of the model that make no event. */
  get backgroundLabels(): readonly string[] {
    const { actions, model } = this.parts;
    return [...actions.backgroundLabels, ...model.labelSet.background];
  }

  /** How each stream is doing now. */
  readings(): MeterReading[] {
    return this.#registry.all().map(({ meter }) => meter.read());
  }

  /**
   * Replaces the labels of a running stream. They are encoded beside the windows, and hold from the stream's next window on; the
   * message `labels` comes before the first scores that belong to them. A list that will not do changes nothing.
   * @throws STREAM_UNKNOWN, MODEL_LABELS_INVALID, OPTION_INVALID (thresholds), LABELS_BUSY, INFERENCE_FAILED, ENGINE_CLOSED
   */
  async setLabels(streamId: string, labels: readonly LabelEntry[]): Promise<LabelSet> {
    const { engine, model, actions } = this.parts;
    const stream = this.#registry.get(streamId);
    const mayHold = (): void => {
      if (stream !== undefined && this.#registry.get(streamId) === stream) return;
      throw new ActionwireError('STREAM_UNKNOWN', `there is no stream "${streamId}"`);
    };
    mayHold();
    checkRules(actions, model.prepare(labels).labelSet);
    return engine.setLabels(streamId, labels, { mayHold });
  }

  /**
   * Adds a stream while the others run. The same again changes nothing; other terms under the same name replace the stream.
   * @throws SOURCE_INVALID, SOURCE_NOT_ALLOWED, STREAMS_FULL, STREAMS_ENDED, and those of `setLabels`
   */
  addStream(name: string, request: StreamRequest): Promise<PutResult> {
    return this.#changes.put(name, request);
  }

  /** Ends a stream and forgets it, with its labels and figures; resolves when nothing of it is left. @throws STREAM_UNKNOWN */
  removeStream(name: string): Promise<void> {
    return this.#changes.remove(name);
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
    this.#registry.close();
    this.#closed ??= closeAll([engine, http, hub]);
    return this.#closed;
  }

  #stream(source: SourceSpec, index: number): RunningStream {
    const { config, sources, limits, engine, actions } = this.parts;
    const replay = config.mode === 'replay';
    const labels = Object.hasOwn(config.streamLabels, source.id) ? config.streamLabels[source.id] : undefined;
    return new RunningStream(this.parts, {
      source,
      terms: termsOf(source, labels === undefined ? {} : { labels }),
      actions,
      offsetFrames: replay ? 0 : staggerFrames(index, sources.length, engine.info.strideFrames),
      maxWindows: limits.get(source.id),
    });
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
  // Software where hardware was to be tried is what an operator wants to know without asking.
  if (details.decoder?.why === undefined) log.info(details, `stream ${status}`);
  else log.warn(details, `stream ${status}`);
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

/** Closes in reverse order of opening; every part gets its turn. */
async function closeAll(opened: readonly (Closable | undefined)[]): Promise<void> {
  for (const part of opened.toReversed()) await part?.close();
}
