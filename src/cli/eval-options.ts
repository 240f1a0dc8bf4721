/** What the options of `eval` mean: checked, with their defaults, and with the files they name read. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import type { LabelEntry } from '../core/label-set.js';
import { listFormats, protocolNames, type LabelMap, type ListOptions } from '../evaluate/index.js';
import { precisions, type Precision } from '../core/model-info.js';
import { providerChoices, type ProviderChoice } from '../infer/index.js';
import { readLabels } from './options.js';

/** What commander hands over. */
export interface EvalFlags {
  format?: string;
  root?: string;
  split: number;
  labels?: string;
  taught?: string;
  map?: string;
  protocol: string;
  clips: number;
  crops: string;
  seed: number;
  frameStep: number;
  model?: string;
  provider: string;
  precision: string;
  threads?: number;
  maxDecoderMemory?: number;
  resume?: string;
  confusion?: string;
  json?: boolean;
}

const settingsSchema = z.object({
  format: z.enum(listFormats).optional(),
  split: z.int().min(1).max(99),
  protocol: z.enum(protocolNames),
  crops: z.enum(['1', '3']).transform((crops) => (crops === '3' ? 3 : 1)),
  seed: z.int().min(0),
  provider: z.enum(providerChoices),
  precision: z.enum(precisions),
  threads: z.int().min(0).max(256).default(0),
});

/** The data set's labels, the model's, or the user's. */
export type LabelChoice = 'dataset' | 'model' | readonly LabelEntry[];

export interface EvalSettings {
  readonly listPath: string;
  readonly list: ListOptions;
  /** Undefined: what is usual for the kind of list. */
  readonly labels: LabelChoice | undefined;
  /** A file of taught clips. */
  readonly taught: string | undefined;
  readonly map: LabelMap;
  readonly protocol: {
    readonly name: (typeof protocolNames)[number];
    readonly clips: number;
    readonly crops: 1 | 3;
    readonly seed: number;
    readonly frameStep: number;
  };
  readonly model: string | undefined;
  readonly provider: ProviderChoice;
  readonly precision: Precision;
  readonly threads: number;
  readonly maxDecoderMemory: number | undefined;
  readonly resume: string | undefined;
  readonly confusion: string | undefined;
  readonly json: boolean;
}

/** @throws {ActionwireError} `OPTION_INVALID` naming each unacceptable value */
export function evalSettings(listPath: string, flags: EvalFlags): EvalSettings {
  const parsed = settingsSchema.safeParse(flags);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`);
    throw new ActionwireError('OPTION_INVALID', problems.join('; '));
  }
  const { format, split, protocol: name, crops, seed, provider, precision, threads } = parsed.data;
  const { root, clips, frameStep } = flags;
  return {
    listPath,
    list: { split, ...(format === undefined ? {} : { format }), ...(root === undefined ? {} : { root }) },
    labels: labelChoice(flags.labels),
    taught: flags.taught,
    map: flags.map === undefined ? {} : readMap(flags.map),
    protocol: { name, clips, crops, seed, frameStep },
    model: flags.model,
    provider,
    precision,
    threads,
    maxDecoderMemory: flags.maxDecoderMemory,
    resume: flags.resume,
    confusion: flags.confusion,
    json: flags.json === true,
  };
}

function labelChoice(text: string | undefined): LabelChoice | undefined {
  return text === undefined || text === 'dataset' || text === 'model' ? text : readLabels(text);
}

function readMap(path: string): LabelMap {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ActionwireError('OPTION_INVALID', `--map: cannot read "${path}" as JSON`, { cause });
  }
  const map = z.record(z.string(), z.string()).safeParse(value);
  if (map.success) return map.data;
  throw new ActionwireError('OPTION_INVALID', `--map: "${path}" must hold one JSON object of texts`);
}
