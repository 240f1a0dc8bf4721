/** Finds each label of a data set among those that the model chooses from. */
import { ActionwireError } from '../core/errors.js';
import type { NamedClip } from './list/clip-list.js';

/** A data set's label to the model's. */
export type LabelMap = Readonly<Record<string, string>>;

const shownProblems = 5;

/**
 * For each clip the number of its true label among `labels`. A label is looked for as `map` says, else as it is, else without
 * regard to case, spaces, `_` and `-`. When every label of the list is a whole number, they are numbers of labels, from 0.
 * @throws EVALUATION_LABEL_UNKNOWN naming what was not found
 */
export function matchLabels(clips: readonly NamedClip[], labels: readonly string[], map: LabelMap = {}): number[] {
  const numbered = clips.every(
    ({ label }) => /^\d+$/.test(label) && !Object.hasOwn(map, label) && !labels.includes(label),
  );
  const find = numbered ? (label: string) => (Number(label) < labels.length ? Number(label) : -1) : finder(labels, map);
  const truths = clips.map(({ label }) => find(label));
  const unknown = [...new Set(clips.filter((_, i) => truths[i] === -1).map(({ label }) => label))];
  if (unknown.length > 0) throw unknownLabels(unknown, labels.length);
  return truths;
}

function finder(labels: readonly string[], map: LabelMap): (label: string) => number {
  const exact = new Map(labels.map((label, i) => [label, i]));
  const loose = looseIndex(labels);
  return (label) => {
    const wanted = Object.hasOwn(map, label) ? (map[label] ?? label) : label;
    return exact.get(wanted) ?? loose.get(plain(wanted)) ?? -1;
  };
}

/** Labels that only differ in what is disregarded cannot be told apart that way: they are left out. */
function looseIndex(labels: readonly string[]): Map<string, number> {
  const index = new Map<string, number>();
  const taken = new Set<string>();
  labels.forEach((label, i) => {
    const key = plain(label);
    if (taken.has(key)) index.delete(key);
    else index.set(key, i);
    taken.add(key);
  });
  return index;
}

const plain = (label: string): string => label.toLowerCase().replace(/[\s_-]+/g, '');

function unknownLabels(unknown: readonly string[], count: number): ActionwireError {
  const shown = unknown.slice(0, shownProblems).map((label) => JSON.stringify(label));
  const more = unknown.length > shownProblems ? ` and ${unknown.length - shownProblems} more` : '';
  return new ActionwireError('EVALUATION_LABEL_UNKNOWN', `not among the ${count} labels: ${shown.join(', ')}${more}`);
}
