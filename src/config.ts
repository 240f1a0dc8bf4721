/** The one validated configuration of a run: what the command line (later: a file) may say, with defaults and bounds in one place. */
import { z } from 'zod';
import { ActionwireError, asActionwireError } from './core/errors.js';
import { labelEntry, nameOf } from './core/label-set.js';
import { inferenceModes, maxFps, precisions } from './core/model-info.js';
import { providerChoices } from './infer/index.js';
import { logLevels } from './log.js';
import { AllowList, colorMatrices, defaultAllowList, hwaccelChoices } from './stream/index.js';
import { whipSchema } from './whip-config.js';

export const rtspTransports = ['tcp', 'udp'] as const;

const fraction = z.number().min(0).max(1);
/** What a decoder process may use, megabytes; 0: no limit. */
export const decoderMemoryMb = z
  .number()
  .max(1_048_576)
  .refine((mb) => mb === 0 || mb >= 200, 'must be 0 or at least 200');
const milliseconds = z.number().min(0).max(3_600_000);

/** What each entry must be like besides is checked where the labels are made ready. */
const labelList = z
  .array(labelEntry.refine((entry) => nameOf(entry).length >= 1 && nameOf(entry).length <= 200, '1 to 200 characters'))
  .min(1)
  .max(1000);

export const configSchema = z
  .strictObject({
    /** Sources as the user wrote them; credentials are taken out before anything is shown. */
    sources: z.array(z.string().min(1)).max(64),
    modelDir: z.string().min(1).optional(),
    /** Label set in place of the model's own. */
    labels: labelList.optional(),
    /** Label sets of single streams, by the stream's name. */
    streamLabels: z.record(z.string(), labelList).default({}),
    /** In place of the model's prompt templates: sentences with `{}` in the label's place, averaged. `--template`. */
    templates: z
      .array(z.string().max(500).includes('{}', { error: 'needs {} in the place of the label' }))
      .min(1)
      .max(64)
      .optional(),
    /** A file that `model teach` wrote. */
    taught: z.string().min(1).optional(),
    /** Whether HTTP requests may change what runs. `--allow-control`. */
    control: z.boolean().default(false),
    /** Sources that may be added while the program runs. `--allow-source`. */
    allowSources: z
      .array(z.string().min(1))
      .min(1)
      .max(256)
      .default([...defaultAllowList])
      .superRefine(mustBePatterns),
    provider: z.enum(providerChoices).default('auto'),
    /** Threads of one inference, 0: chosen from the machine's cores. */
    threads: z.number().int().min(0).max(256).default(0),
    /** Windows of different streams scored together at most; default: chosen from provider and mode. */
    batch: z.number().int().min(1).max(64).optional(),
    /** How long a window waits for those of other streams while nothing runs. */
    batchWaitMs: z.number().min(0).max(100).default(0),
    /** How many windows a second a stream, or every stream, may have scored. */
    maxWindows: z
      .array(z.strictObject({ stream: z.string().optional(), perSecond: z.number().min(0.01).max(maxFps) }))
      .default([]),
    /** Frames per second sampled for the model; default: the model's own. */
    fps: z.number().min(0.2).max(maxFps).optional(),
    /** Frames between two windows; default: the model's own. */
    strideFrames: z.number().int().min(1).max(1000).optional(),
    /** live: newest window wins, drops are counted. replay: lossless, virtual clock, as fast as the machine allows. */
    mode: z.enum(['live', 'replay']).default('live'),
    /** How fast a replay goes: media seconds per second, or as fast as the machine allows. Live recordings run at their own speed. */
    speed: z.union([z.literal('max'), z.number().min(0.01).max(1000)]).default('max'),
    /** exact: every window from scratch. streaming: every frame once, an approximation (docs/inference.md). `--mode`. */
    inference: z.enum(inferenceModes).default('exact'),
    /** What the vision tower's big matrix products are computed with (docs/inference.md). */
    precision: z.enum(precisions).default('fp32'),
    /** Start a file again when it ends. */
    loop: z.boolean().default(false),
    rtspTransport: z.enum(rtspTransports).default('tcp'),
    openTimeoutMs: milliseconds.min(100).default(10_000),
    stallTimeoutMs: milliseconds.min(100).default(5_000),
    hwaccel: z.enum(hwaccelChoices).default('none'),
    /** Which video stream, from 0, a source or every source is read from; default: the best one. */
    videoTracks: z
      .array(z.strictObject({ stream: z.string().optional(), track: z.number().int().min(0).max(255) }))
      .default([]),
    /** How pixels that are not square are seen: as they are stored, as in training, or made square. */
    squarePixels: z.boolean().default(false),
    /** Whether one field alone is used of interlaced pictures. */
    deinterlace: z.boolean().default(true),
    colorMatrix: z.enum(colorMatrices).optional(),
    /** PEM file that the certificates of rtsps and https sources are checked against. */
    tlsCa: z.string().min(1).optional(),
    /** What the decoder process of one stream may use (Linux only), 0: no limit. Below 200 none could work. */
    maxDecoderMemoryMb: decoderMemoryMb.default(1024),
    reconnectInitialMs: milliseconds.min(10).default(500),
    reconnectMaxMs: milliseconds.min(10).default(30_000),
    enter: fraction.optional(),
    exit: fraction.optional(),
    minDurationMs: milliseconds.optional(),
    gapToleranceMs: milliseconds.optional(),
    smoothingMs: milliseconds.optional(),
    /** Streams that are published to this program. `--whip-...`. */
    whip: whipSchema.prefault({}),
    logLevel: z.enum(logLevels).default('warn'),
    /** WebSocket and page; `false` runs without a server. */
    server: z.union([
      z.literal(false),
      z.strictObject({
        host: z.string().min(1).default('127.0.0.1'),
        port: z.number().int().min(0).max(65_535).default(8787),
        allowedOrigins: z.array(z.string().min(1)).default([]),
      }),
    ]),
  })
  .refine((config) => config.enter === undefined || config.exit === undefined || config.exit <= config.enter, {
    message: 'must not be above --enter: an action would end before it begins',
    path: ['exit'],
  })
  .refine((config) => !(config.loop && config.mode === 'replay'), {
    message: 'a looped replay would never end; drop --loop or --replay',
    path: ['loop'],
  })
  .refine(({ batch = 1, mode }) => batch === 1 || mode !== 'replay', {
    message: 'a replay scores each window alone, so that its scores are the same every time',
    path: ['batch'],
  })
  .refine(({ sources, control }) => sources.length > 0 || control, {
    message: 'name at least one source, or add them later with --allow-control',
    path: ['sources'],
  })
  .refine(({ control, mode }) => !control || mode === 'live', {
    message: 'a replay is the same every time: nothing can be changed while it runs',
    path: ['control'],
  })
  .refine(({ control, server }) => !control || server !== false, {
    message: 'needs a server; --replay and --no-server have none',
    path: ['control'],
  })
  .refine(({ batch = 1, precision }) => batch === 1 || precision !== 'int8', {
    message: 'in int8 each window is scored alone, because streams that share a run would change each other’s scores',
    path: ['batch'],
  });

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;

function mustBePatterns(patterns: readonly string[], context: z.RefinementCtx): void {
  try {
    new AllowList(patterns);
  } catch (error) {
    context.addIssue({ code: 'custom', message: asActionwireError(error).message });
  }
}

/**
 * Validates a configuration and fills in the defaults.
 * @throws {ActionwireError} `OPTION_INVALID` naming each unacceptable value.
 */
export function parseConfig(input: unknown): Config {
  const result = configSchema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${optionName(issue.path)}: ${issue.message}`);
  throw new ActionwireError('OPTION_INVALID', problems.join('; '));
}

/** Keys whose option has another name. */
const renamed: Readonly<Record<string, string>> = {
  sources: 'source',
  inference: '--mode',
  mode: '--replay',
  perSecond: '--max-windows',
  templates: '--template',
  control: '--allow-control',
  track: '--video-track',
  deinterlace: '--no-deinterlace',
  token: 'ACTIONWIRE_WHIP_TOKEN or --whip-token-file',
  address: '--whip-address',
  ports: '--whip-ports',
  from: '--whip-ports',
  to: '--whip-ports',
  iceServers: '--whip-ice-server',
  publishers: '--whip-publishers',
  allowSources: '--allow-source',
};

/** Turns a path inside the configuration into the option's name on the command line. */
function optionName(path: readonly PropertyKey[]): string {
  const named = path[0] === 'streamLabels' ? path.slice(0, 1) : path; // what follows is the name of a stream
  const last = named.findLast((part) => typeof part === 'string') ?? 'options';
  const words = last.replace(/Ms$|Mb$|Frames$|Dir$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return renamed[last] ?? `--${words}`;
}
