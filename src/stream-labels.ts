/** Gives streams label sets of their own, as the configuration says. */
import type { Config } from './config.js';
import { ActionwireError } from './core/errors.js';
import type { LabelSet } from './core/label-set.js';
import { redactText } from './core/redact.js';
import { checkRules, type ActionOptions } from './events/index.js';
import type { Engine, LoadedModel } from './infer/index.js';

/** @throws OPTION_INVALID for labels of a stream that is not among `names` */
export function mustBeStreams(streamLabels: Config['streamLabels'], names: readonly string[]): void {
  const unknown = Object.keys(streamLabels).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new ActionwireError('OPTION_INVALID', `--stream-labels: no source is named "${redactText(unknown)}"`);
}

/**
 * Before anything runs. Aborting `signal` closes the engine.
 * @throws MODEL_LABELS_INVALID, OPTION_INVALID (thresholds), INFERENCE_FAILED, ENGINE_CLOSED
 */
export async function setInitialLabels(
  streamLabels: Config['streamLabels'],
  { engine, model, actions }: { readonly engine: Engine; readonly model: LoadedModel; readonly actions: ActionOptions },
  signal: AbortSignal,
): Promise<void> {
  const abort = (): void => void engine.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    for (const [id, labels] of Object.entries(streamLabels)) {
      checkRules(actions, model.prepare(labels).labelSet);
      await engine.setLabels(id, labels, { initial: true });
    }
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** What is told of a stream's labels at its start: nothing where they are the model's. */
export function ownLabels({ streamLabels }: Config, engine: Engine, id: string): { labels?: LabelSet } {
  return Object.hasOwn(streamLabels, id) ? { labels: engine.labelsOf(id) } : {};
}
