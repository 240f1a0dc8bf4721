/** Puts what a file taught in the terms of a label set. */
import type { LabelEntry } from '../../core/label-set.js';
import { nameOf } from '../../core/label-set.js';
import type { ShotMemory } from './shot-memory.js';
import { examplesOf, type Taught } from './taught-file.js';

/** The labels, and behind them those that were taught and are not among them. */
export function withTaughtLabels(entries: readonly LabelEntry[], taught: Taught | undefined): LabelEntry[] {
  const known = new Set(entries.map(nameOf));
  const added = taught?.classes.flatMap(({ label }) => (known.has(label) ? [] : [label])) ?? [];
  return [...entries, ...added];
}

/** The examples of those labels that are in the set; undefined when there are none. */
export function memoryFor(labels: readonly string[], taught: Taught | undefined): ShotMemory | undefined {
  if (taught === undefined) return undefined;
  const places = taught.classes.map(({ label }) => labels.indexOf(label));
  const examples = examplesOf(taught).filter(({ place }) => (places[place] ?? -1) >= 0);
  if (examples.length === 0) return undefined;
  const keys = new Float32Array(examples.length * taught.model.projection);
  examples.forEach(({ key }, i) => keys.set(key, i * key.length));
  const { alpha, beta } = taught;
  return { keys, labels: Int32Array.from(examples, ({ place }) => places[place] ?? 0), alpha, beta };
}
