/** What a stream's windows are compared with: the words that a user may say about a label, and the label set made of them. */
import { z } from 'zod';

const fraction = z.number().min(0).max(1);
const milliseconds = z.number().min(0).max(600_000);

/** Thresholds of one label in place of the common ones; docs/events.md tells what they mean. */
const labelRules = {
  enter: z.exactOptional(fraction),
  exit: z.exactOptional(fraction),
  minDurationMs: z.exactOptional(milliseconds),
  gapToleranceMs: z.exactOptional(milliseconds),
};

/** A label by its name alone, or with what is special about it. */
export const labelEntry = z.union(
  [
    z.string(),
    z.strictObject({
      label: z.string(),
      /** Whole sentences for the text tower in place of the templates; their embeddings are averaged. */
      prompts: z.exactOptional(z.array(z.string().trim().min(1).max(500)).min(1).max(64)),
      /** Competes like any other label, but never makes an event. */
      background: z.exactOptional(z.boolean()),
      ...labelRules,
    }),
  ],
  {
    error:
      'a text, or an object with label and, if need be, prompts, background, enter, exit, minDurationMs, gapToleranceMs',
  },
);

export type LabelEntry = z.infer<typeof labelEntry>;
export type LabelRules = z.infer<z.ZodObject<typeof labelRules>>;

export interface LabelSet {
  /** Counts the label sets of a stream, from 1. */
  readonly version: number;
  /** In the order of the scores. */
  readonly labels: readonly string[];
  /** Those of them that never make an event. */
  readonly background: readonly string[];
  /** What holds for single labels instead of the common thresholds. */
  readonly rules: Readonly<Record<string, LabelRules>>;
}

export const nameOf = (entry: LabelEntry): string => (typeof entry === 'string' ? entry : entry.label).trim();

/** The first label set of a stream. `modelBackground` is the model's own background label, if it has one. */
export function labelSetOf(entries: readonly LabelEntry[], modelBackground?: string): LabelSet {
  const detailed = entries.filter((entry) => typeof entry !== 'string');
  const marked = new Map(detailed.map((entry) => [nameOf(entry), entry.background]));
  const labels = entries.map(nameOf);
  const background = labels.filter((label) => marked.get(label) ?? label === modelBackground);
  const rules = detailed.map((entry) => [nameOf(entry), rulesOf(entry)] as const);
  return { version: 1, labels, background, rules: Object.fromEntries(rules) };
}

function rulesOf(entry: Exclude<LabelEntry, string>): LabelRules {
  const special = Object.entries(entry).filter(([field]) => Object.hasOwn(labelRules, field));
  return Object.fromEntries(special);
}
