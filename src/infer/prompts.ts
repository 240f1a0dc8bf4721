/** Turns labels into the sentences that the text tower reads: every phrase of a label in every template. */
import type { Manifest } from './manifest.js';

/** The prompts of one label; the mean of their text embeddings stands for the label. */
export type PromptSet = readonly string[];

/** One prompt set per label, in the labels' order. A label without phrases of its own stands for itself. */
export function promptsFor(
  labels: readonly string[],
  manifest: Pick<Manifest, 'promptTemplates' | 'labelPhrases'>,
): PromptSet[] {
  return labels.map((label) => {
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
