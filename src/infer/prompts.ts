/** Turns labels into the sentences that the text tower reads: every phrase of a label in every template. */
import { nameOf, type LabelEntry } from '../core/label-set.js';
import type { Manifest } from './manifest.js';

/** The prompts of one label; the mean of their text embeddings stands for the label. */
export type PromptSet = readonly string[];

/**
 * One prompt set per label, in the labels' order. Prompts that the user gave for a label are used as they stand; else each phrase of the
 * manifest, or the label itself, is put into each template.
 */
export function promptsFor(
  entries: readonly LabelEntry[],
  manifest: Pick<Manifest, 'promptTemplates' | 'labelPhrases'>,
): PromptSet[] {
  return entries.map((entry) => {
    if (typeof entry !== 'string' && entry.prompts !== undefined) return entry.prompts;
    const label = nameOf(entry);
    const phrases = phrasesOf(label, manifest.labelPhrases);
    return manifest.promptTemplates.flatMap((template) =>
      phrases.map((phrase) => template.replaceAll('{}', () => phrase)),
    );
  });
}

/** Own fields only: `constructor` and `__proto__` are labels like any other. */
function phrasesOf(label: string, all: Manifest['labelPhrases']): readonly string[] {
  return (Object.hasOwn(all, label) ? all[label] : undefined) ?? [label];
}
