/** The label sets that come with the program, one text file each in `label-sets/`, which also names its source. */
import { readFileSync } from 'node:fs';

export const labelSetNames = ['ucf101', 'hmdb51', 'kinetics400'] as const;
export type LabelSetName = (typeof labelSetNames)[number];

export const isLabelSet = (name: string): name is LabelSetName => labelSetNames.some((known) => known === name);

/** The labels of a set in the order of its class numbers. */
export function readLabelSet(name: LabelSetName): string[] {
  return parseLabels(readFileSync(new URL(`label-sets/${name}.txt`, import.meta.url), 'utf8'));
}

/** One label a line; blank lines and those that start with `#` are left out. */
export function parseLabels(text: string): string[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}
