/** The options that `run` and `demo` share, each explained once, and their translation into the validated configuration. */
import { existsSync, readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import { labelEntry, type LabelEntry } from '../core/label-set.js';
import { inferenceModes, precisions } from '../core/model-info.js';
import { logLevels } from '../log.js';
import { redactText } from '../core/redact.js';
import { isLabelSet, labelSetNames, parseLabels, providerChoices, readLabelSet } from '../infer/index.js';
import { withWhipOptions, whipFrom, type WhipFlags } from './whip-options.js';
import { parseConfig, rtspTransports, type Config, type ConfigInput, decoderMemoryMb } from '../config.js';
import type { VideoTrack } from '../source-options.js';
import { colorMatrices, hwaccelChoices } from '../stream/index.js';
import type { WindowLimit } from '../window-limits.js';

/** What commander hands over after parsing; numbers still as numbers, everything optional. */
export interface RunFlags extends WhipFlags {
  model?: string;
  labels?: string;
  streamLabels?: string[];
  taught?: string;
  template?: string[];
  allowControl?: boolean;
  allowSource?: string[];
  provider?: string;
  threads?: number;
  batch?: number;
  batchWait?: number;
  maxWindows?: WindowLimit[];
  mode?: string;
  precision?: string;
  fps?: number;
  stride?: number;
  replay?: boolean;
  loop?: boolean;
  rtspTransport?: string;
  openTimeout?: number;
  stallTimeout?: number;
  hwaccel?: string;
  videoTrack?: VideoTrack[];
  squarePixels?: boolean;
  deinterlace?: boolean;
  colorMatrix?: string;
  tlsCa?: string;
  maxDecoderMemory?: number;
  enter?: number;
  exit?: number;
  minDuration?: number;
  gapTolerance?: number;
  smoothing?: number;
  host?: string;
  port?: number;
  allowOrigin?: string[];
  server: boolean;
  /** Only of `replay`, which has a server; `run --replay` has none. */
  speed?: number | 'max';
  json?: boolean;
  scores?: boolean;
  logLevel?: string;
}

/** Adds the options that say how to recognise. */
export function withRecognitionOptions(command: Command): Command {
  return command
    .optionsGroup('Recognition:')
    .option('--model <dir|id>', 'X-CLIP folder, or the id of a pulled model (default: the bundled xclip-mini)')
    .option(
      '--labels <list|file|set>',
      `labels to recognise: "a,b,c", a text or JSON file, or ${labelSetNames.join('|')} (default: the model’s own)`,
    )
    .option('--stream-labels <name=list>', 'labels of one stream, as --labels has them (repeatable)', collect)
    .option('--template <text>', 'sentence around a label, as "a person {}" (repeatable: averaged)', collect)
    .option('--taught <file>', 'recognise what `model teach` wrote to this file, too')
    .option('--fps <n>', 'frames per second sampled for the model (default: the model’s own)', number)
    .option('--stride <frames>', 'frames between two windows (default: the model’s own)', number)
    .addOption(new Option('--provider <name>', 'where inference runs').choices(providerChoices).default('auto'))
    .option('--threads <n>', 'threads of one inference (default: chosen from the cores)', number)
    .option(
      '--batch <n>',
      'windows of different streams scored together at most (default: 1 on the cpu; not for int8)',
      number,
    )
    .option('--batch-wait <ms>', 'how long a window waits for those of other streams (default: 0)', number)
    .option(
      '--max-windows <[name=]n>',
      'windows a second that every stream, or the one of that name, has scored at most (repeatable)',
      collectLimit,
    )
    .addOption(
      new Option('--mode <name>', 'exact: every window from scratch; streaming: every frame once, cheaper, approximate')
        .choices(inferenceModes)
        .default('exact'),
    )
    .addOption(precisionOption())
    .optionsGroup('Events:')
    .option('--enter <score>', 'smoothed score (0..1) at which an action begins', number)
    .option('--exit <score>', 'smoothed score (0..1) below which it ends', number)
    .option('--min-duration <ms>', 'shorter actions are not reported', number)
    .option('--gap-tolerance <ms>', 'how long the score may dip before the action ends', number)
    .option('--smoothing <ms>', 'time constant of the score smoothing, in media time', number);
}

/** Adds the options that say how to recognise, what sources are like and how to report. */
export function withRunOptions(command: Command): Command {
  withRecognitionOptions(command)
    .optionsGroup('Sources:')
    .option('--loop', 'start a file again when it ends')
    .addOption(new Option('--rtsp-transport <name>', 'RTP over').choices(rtspTransports).default('tcp'))
    .option('--open-timeout <ms>', 'give up on opening a source after this long', number)
    .option('--stall-timeout <ms>', 'no new picture for this long: the stream is stalled and reconnected', number)
    .addOption(decoderMemoryOption())
    .addOption(
      new Option('--hwaccel <name>', 'decode on hardware; auto: what works, else in software')
        .choices(hwaccelChoices)
        .default('none'),
    )
    .option('--video-track <[name=]n>', 'video stream, from 0, of every source or that one (repeatable)', collectTrack)
    .option('--square-pixels', 'show pixels that are not square square (default: as stored, as in training)')
    .option('--no-deinterlace', 'keep both fields of interlaced pictures')
    .addOption(new Option('--color-matrix <name>', 'for sources that tell a wrong one').choices(colorMatrices))
    .option(
      '--tls-ca <file>',
      'certificates (PEM) that rtsps and https sources are checked against (default: unchecked)',
    );
  return withWhipOptions(withOutputOptions(command), number, collect);
}

/** Adds the options that say how to report. */
export function withOutputOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('--host <address>', 'address the page and the WebSocket listen on (default: 127.0.0.1)')
    .option('--port <n>', 'port of the page and the WebSocket, 0 for any free one (default: 8787)', number)
    .option('--allow-origin <origin>', 'further web origin whose pages may subscribe (repeatable)', collect)
    .option(
      '--allow-control',
      'let HTTP requests add and remove streams and replace labels; runs until Ctrl-C (there is no password yet)',
    )
    .option(
      '--allow-source <pattern>',
      'with --allow-control: sources that may be added, as rtsp://10.0.0.0/8 or https://*.cams.example (repeatable)',
      collect,
    )
    .option('--no-server', 'no page and no WebSocket, terminal only')
    .option('--json', 'newline-delimited JSON on standard output')
    .option('--scores', 'with --json: also the scores of every window')
    .addOption(
      new Option('--log-level <level>', 'structured logs on standard error').choices(logLevels).default('warn'),
    );
}

/** `--precision`, the same for every command that has it. */
export function precisionOption(): Option {
  return new Option(
    '--precision <name>',
    'numbers of the big matrix products: int8 (CPU only) and fp16 (for GPUs) are faster, approximate',
  )
    .choices(precisions)
    .default('fp32');
}

/** `--max-decoder-memory`, the same for every command that has it; the bounds are those of the configuration. */
export function decoderMemoryOption(): Option {
  const text = 'a stream or clip whose decoder process uses more is ended, 0: no limit (default: 1024)';
  return new Option('--max-decoder-memory <MB>', text).argParser((value) => {
    const parsed = decoderMemoryMb.safeParse(number(value));
    if (parsed.success) return parsed.data;
    throw new ActionwireError('OPTION_INVALID', `--max-decoder-memory: ${parsed.error.issues[0]?.message}`);
  });
}

/** Builds the configuration from sources and flags. @throws {ActionwireError} `OPTION_INVALID` */
export function configFrom(sources: readonly string[], flags: RunFlags): Config {
  const replay = flags.replay === true;
  const serves = flags.server && (!replay || flags.speed !== undefined);
  if (replay && !serves && (flags.port ?? flags.host) !== undefined) {
    throw new ActionwireError('OPTION_INVALID', '--port and --host do not go with --replay or --no-server');
  }
  const input: ConfigInput = {
    sources: [...sources],
    mode: replay ? 'replay' : 'live',
    whip: whipFrom(flags),
    server: serves ? { ...defined({ host: flags.host, port: flags.port, allowedOrigins: flags.allowOrigin }) } : false,
    ...defined({
      modelDir: flags.model,
      labels: flags.labels === undefined ? undefined : readLabels(flags.labels),
      streamLabels:
        flags.streamLabels === undefined ? undefined : Object.fromEntries(flags.streamLabels.map(readStreamLabels)),
      templates: flags.template,
      taught: flags.taught,
      control: flags.allowControl,
      allowSources: flags.allowSource,
      provider: flags.provider as ConfigInput['provider'],
      threads: flags.threads,
      batch: flags.batch,
      batchWaitMs: flags.batchWait,
      maxWindows: flags.maxWindows,
      inference: flags.mode as ConfigInput['inference'],
      precision: flags.precision as ConfigInput['precision'],
      speed: flags.speed,
      fps: flags.fps,
      strideFrames: flags.stride,
      loop: flags.loop,
      rtspTransport: flags.rtspTransport as ConfigInput['rtspTransport'],
      openTimeoutMs: flags.openTimeout,
      stallTimeoutMs: flags.stallTimeout,
      hwaccel: flags.hwaccel as ConfigInput['hwaccel'],
      videoTracks: flags.videoTrack,
      squarePixels: flags.squarePixels,
      deinterlace: flags.deinterlace,
      colorMatrix: flags.colorMatrix as ConfigInput['colorMatrix'],
      tlsCa: flags.tlsCa,
      maxDecoderMemoryMb: flags.maxDecoderMemory,
      enter: flags.enter,
      exit: flags.exit,
      minDurationMs: flags.minDuration,
      gapToleranceMs: flags.gapTolerance,
      smoothingMs: flags.smoothing,
      logLevel: flags.logLevel as ConfigInput['logLevel'],
    }),
  };
  return parseConfig(input);
}

/** The name of a set, `"a,b,c"`, a JSON file of label entries, or the lines of a text file (blank lines and `#` comments left out). @throws {ActionwireError} `OPTION_INVALID` for a missing file */
export function readLabels(listOrFile: string, option = '--labels'): LabelEntry[] {
  if (isLabelSet(listOrFile)) return readLabelSet(listOrFile);
  if (!existsSync(listOrFile)) {
    if (/[\\/]|\.(?:txt|json)$/i.test(listOrFile)) throw noLabelFile(listOrFile, option);
    return listOrFile.split(',').map((label) => label.trim());
  }
  try {
    const text = readFileSync(listOrFile, 'utf8');
    if (/\.json$/i.test(listOrFile)) return readEntries(text, listOrFile, option);
    return parseLabels(text);
  } catch (cause) {
    if (cause instanceof ActionwireError) throw cause;
    throw new ActionwireError('OPTION_INVALID', `${option}: cannot read "${listOrFile}"`, { cause });
  }
}

function readStreamLabels(text: string): [stream: string, labels: LabelEntry[]] {
  const [, stream, labels] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (stream !== undefined && labels !== undefined) return [stream, readLabels(labels, '--stream-labels')];
  throw new ActionwireError('OPTION_INVALID', `--stream-labels: "${redactText(text)}" is not "name=list"`);
}

/** `["waving", { "label": "punching", "prompts": ["a person throws a punch"] }]`. */
function readEntries(text: string, path: string, option: string): LabelEntry[] {
  const parsed = z.array(labelEntry).safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join('.') ?? '';
  throw new ActionwireError('OPTION_INVALID', `${option}: "${path}": ${place}: ${issue?.message ?? 'not acceptable'}`);
}

function noLabelFile(path: string, option: string): ActionwireError {
  return new ActionwireError('OPTION_INVALID', `${option}: there is no file "${redactText(path)}"`, {
    hint: 'Check the path; labels with a slash can only be given in a file.',
  });
}

/** A number given as an option. @throws {ActionwireError} `OPTION_INVALID` */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new ActionwireError('OPTION_INVALID', `"${redactText(text)}" is not a number`);
  }
  return value;
}

/** `front=0.5` or `2`. */
function collectLimit(text: string, previous: WindowLimit[] | undefined): WindowLimit[] {
  const at = text.lastIndexOf('=');
  const perSecond = number(text.slice(at + 1));
  return [...(previous ?? []), at < 0 ? { perSecond } : { stream: text.slice(0, at), perSecond }];
}

/** `front=1` or `0`. */
function collectTrack(text: string, previous: VideoTrack[] | undefined): VideoTrack[] {
  const [{ stream, perSecond: track } = { perSecond: 0 }] = collectLimit(text, undefined);
  return [...(previous ?? []), stream === undefined ? { track } : { stream, track }];
}

export const collect = (value: string, previous: string[] | undefined): string[] => [...(previous ?? []), value];

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out the keys whose value is undefined, so that schema defaults apply. */
export function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
