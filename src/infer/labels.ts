/** Decides which labels a model recognises: the caller's, else the folder's labels.txt, else config.json's id2label. */
import { join } from 'node:path';
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import { nameOf, type LabelEntry } from '../core/label-set.js';
import { readOptionalText } from '../core/read-file.js';

/** More labels than this are refused: the head's cost and every score message grow with each. */
export const maxLabels = 1000;
const maxLabelLength = 200;
/** The largest set in the longest letters, and some remarks. */
const maxBytes = 1 << 20;
const configSchema = z.looseObject({ id2label: z.record(z.string(), z.string()).default({}) });

/** @throws MODEL_LABELS_INVALID when no source has labels, or they are empty, too few (under two), too many, too long or not unique. */
export async function resolveLabels(
  dir: string,
  option: readonly LabelEntry[] | undefined,
): Promise<readonly LabelEntry[]> {
  if (option !== undefined) {
    checkLabels(option.map(nameOf), 'the labels option');
    return option;
  }
  const file = join(dir, 'labels.txt');
  const lines = await readLines(file);
  if (lines !== undefined) return checkLabels(lines, file);
  const named = namedClasses(await readClasses(join(dir, 'config.json')));
  if (named.length > 0) return checkLabels(named, 'id2label of config.json');
  throw new ActionwireError('MODEL_LABELS_INVALID', `${dir} has no labels.txt and no labels were given`);
}

/** Trims the labels and refuses a set that cannot be scored. `origin` names it in the message. */
export function checkLabels(given: readonly string[], origin: string): string[] {
  const labels = given.map((label) => label.trim());
  const problem = problemOf(labels);
  if (problem !== undefined) throw new ActionwireError('MODEL_LABELS_INVALID', `${origin}: ${problem}`);
  return labels;
}

function problemOf(labels: readonly string[]): string | undefined {
  if (labels.length === 0) return 'no labels';
  if (labels.length > maxLabels) return `${labels.length} labels, at most ${maxLabels} are accepted`;
  if (labels.includes('')) return `label ${labels.indexOf('') + 1} is empty`;
  const long = labels.find((label) => label.length > maxLabelLength);
  if (long !== undefined) return `a label is longer than ${maxLabelLength} characters: ${long.slice(0, 40)}...`;
  const repeated = labels.find((label, index) => labels.indexOf(label) !== index);
  if (repeated !== undefined) return `${JSON.stringify(repeated)} appears twice`;
  return labels.length === 1
    ? 'one label alone would always have the probability 1; at least two are needed'
    : undefined;
}

/** The lines of a text file without the empty last one; lines starting with `#` are remarks. Undefined when there is no file. */
async function readLines(path: string): Promise<string[] | undefined> {
  const text = await readOptionalText(path, maxBytes, 'MODEL_LABELS_INVALID');
  const lines = text
    ?.replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'));
  return lines?.filter((line, index) => line.trim() !== '' || index < lines.length - 1);
}

/** id2label of config.json; `{}` when it has none. The rest of the file is src/checkpoint's to check. */
async function readClasses(path: string): Promise<Record<string, string>> {
  const text = (await readOptionalText(path, maxBytes, 'MODEL_LABELS_INVALID')) ?? '{}';
  const parsed = configSchema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data.id2label;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the file' : issue.path.join('.');
  throw new ActionwireError('MODEL_LABELS_INVALID', `${path}: ${place}: ${issue?.message ?? 'not acceptable'}`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ActionwireError('MODEL_LABELS_INVALID', `${path} is not JSON`, { cause });
  }
}

/** id2label in the order of its ids; transformers writes LABEL_0, LABEL_1 when nobody named the classes, which says nothing. */
function namedClasses(id2label: Readonly<Record<string, string>>): string[] {
  const entries = Object.entries(id2label).sort(([a], [b]) => Number(a) - Number(b));
  return entries.some(([, name]) => /^LABEL_\d+$/.test(name)) ? [] : entries.map(([, name]) => name);
}
