/** The parameters of the way from scores to events: defaults, what the model recommends, what the user asks; validated once. */
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import type { LabelSet } from '../core/label-set.js';

const fraction = z.number().min(0).max(1);
const milliseconds = z.number().min(0).max(600_000);

const labelOverride = z
  .strictObject({ enter: fraction, exit: fraction, minDurationMs: milliseconds, gapToleranceMs: milliseconds })
  .partial();

const schema = z.strictObject({
  /** An action may begin when its smoothed score reaches this. 0..1. */
  enter: fraction,
  /** An action may end when its smoothed score falls below this. 0..1, at most `enter`. */
  exit: fraction,
  /** Time constant of the exponential moving average, media milliseconds; 0 turns smoothing off. */
  smoothingMs: milliseconds,
  /** A shorter action is never announced, media milliseconds. */
  minDurationMs: milliseconds,
  /** How long the score may stay below `exit` before the action ends, media milliseconds. */
  gapToleranceMs: milliseconds,
  /** At most one `action.updated` per action in this time, media milliseconds. */
  updateEveryMs: milliseconds,
  /** True: at most one action of a stream at a time (softmax). False: every label on its own. */
  exclusive: z.boolean(),
  /** Where in the window its label applies, 0 (oldest frame) to 1 (newest). */
  referencePoint: fraction,
  /** Labels that never make an event. */
  backgroundLabels: z.array(z.string()),
  /** Overrides for single labels. */
  labels: z.record(z.string(), labelOverride),
  /** How many of the best scores an event carries. */
  topCount: z.int().min(1).max(50),
  /** Put before every event id; empty in replay so that ids are the same every time. */
  idPrefix: z.string().max(64),
});

export type ActionOptions = z.infer<typeof schema>;

/** What a model's manifest may recommend; everything else keeps its default. */
export type RecommendedThresholds = Partial<
  Pick<ActionOptions, 'enter' | 'exit' | 'minDurationMs' | 'gapToleranceMs' | 'smoothingMs'>
>;

/** What holds for one label, overrides applied. */
export type LabelThresholds = Pick<ActionOptions, 'enter' | 'exit' | 'minDurationMs' | 'gapToleranceMs'>;

export const defaultActionOptions: ActionOptions = {
  enter: 0.5,
  exit: 0.35,
  smoothingMs: 400,
  minDurationMs: 500,
  gapToleranceMs: 700,
  updateEveryMs: 1000,
  exclusive: true,
  referencePoint: 0.5,
  backgroundLabels: [],
  labels: {},
  topCount: 5,
  idPrefix: '',
};

const allowed = [
  'enter, exit, referencePoint: 0 to 1, exit at most enter',
  'smoothingMs, minDurationMs, gapToleranceMs, updateEveryMs: 0 to 600000',
  'topCount: 1 to 50',
].join('; ');

/**
 * Defaults, then the model's recommendation, then the user's wishes, later ones winning.
 * With `knownLabels`, names in `labels` and `backgroundLabels` must be among them.
 * @throws ActionwireError OPTION_INVALID naming the field, the fault and the allowed ranges.
 */
export function resolveActionOptions(
  user: Partial<ActionOptions> = {},
  recommended: RecommendedThresholds = {},
  knownLabels?: readonly string[],
): ActionOptions {
  const parsed = schema.safeParse({ ...defaultActionOptions, ...given(recommended), ...given(user) });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`${issue?.path.join('.') ?? 'options'}: ${issue?.message ?? 'not acceptable'}`);
  }
  checkLabels(parsed.data, knownLabels);
  return parsed.data;
}

/** The thresholds of one label: its override where there is one, else the common values. */
export function thresholdsOf(options: ActionOptions, label: string): LabelThresholds {
  const { enter, exit, minDurationMs, gapToleranceMs } = options;
  return { enter, exit, minDurationMs, gapToleranceMs, ...given(own(options.labels, label) ?? {}) };
}

/** What a label set says about its labels goes before the options for single labels. */
export function optionsFor(options: ActionOptions, labelSet: LabelSet | undefined): ActionOptions {
  if (labelSet === undefined) return options;
  const backgroundLabels = [...new Set([...options.backgroundLabels, ...labelSet.background])];
  const labels = Object.fromEntries(
    labelSet.labels.map((label) => [label, { ...own(options.labels, label), ...own(labelSet.rules, label) }]),
  );
  return { ...options, backgroundLabels, labels };
}

/** Refuses rules under which an action would end before it begins. @throws ActionwireError OPTION_INVALID */
export function checkRules(options: ActionOptions, labelSet: LabelSet): void {
  checkLabels(optionsFor(options, labelSet), undefined);
}

/** Own fields only: `constructor` is a label like any other. */
function own<T>(record: Readonly<Record<string, T>>, label: string): T | undefined {
  return Object.hasOwn(record, label) ? record[label] : undefined;
}

/** The fields that have a value, so that an explicit `undefined` keeps the default. */
function given(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function checkLabels(options: ActionOptions, knownLabels: readonly string[] | undefined): void {
  if (options.exit > options.enter) throw invalid(`exit ${options.exit} is above enter ${options.enter}`);
  for (const label of Object.keys(options.labels)) {
    const { enter, exit } = thresholdsOf(options, label);
    if (exit > enter) throw invalid(`labels.${label}: exit ${exit} is above enter ${enter}`);
  }
  const unknown = [...Object.keys(options.labels), ...options.backgroundLabels].find(
    (label) => knownLabels !== undefined && !knownLabels.includes(label),
  );
  if (unknown !== undefined) throw invalid(`"${unknown}" is not a label of the model`);
}

function invalid(fault: string): ActionwireError {
  return new ActionwireError('OPTION_INVALID', `Event options: ${fault}`, { hint: `Allowed: ${allowed}.` });
}
