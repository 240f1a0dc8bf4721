/** Makes label sets ready while streams run: one at a time, and one request of a stream at a time. */
import { ActionwireError } from '../core/errors.js';
import type { LabelEntry, LabelSet } from '../core/label-set.js';
import { encodeText } from './encode-text.js';
import type { LoadedModel } from './load-model.js';
import type { Vocabulary } from './protocol.js';

export class LabelEncoder {
  readonly #stop = new AbortController();
  readonly #busy = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly model: Pick<LoadedModel, 'graphs' | 'prepare'>) {}

  /** @throws MODEL_LABELS_INVALID, LABELS_BUSY, INFERENCE_FAILED, ENGINE_CLOSED */
  async encode(streamId: string, entries: readonly LabelEntry[]): Promise<{ labelSet: LabelSet; encoded: Vocabulary }> {
    const prepared = this.model.prepare(entries);
    if (this.#busy.has(streamId)) {
      throw new ActionwireError('LABELS_BUSY', `the labels of "${streamId}" are being replaced already`);
    }
    this.#busy.add(streamId);
    try {
      const { signal } = this.#stop;
      const turn = this.#last.then(() => encodeText(this.model.graphs.text, prepared, signal));
      this.#last = turn.catch(() => undefined);
      const embeddings = await turn;
      const { labelSet, memory } = prepared;
      const examples = memory === undefined ? {} : { memory };
      return { labelSet, encoded: { embeddings, labelCount: labelSet.labels.length, ...examples } };
    } finally {
      this.#busy.delete(streamId);
    }
  }

  /** Ends what is under way; its process is gone when this resolves. */
  async close(): Promise<void> {
    this.#stop.abort(new ActionwireError('ENGINE_CLOSED', 'the engine is closed'));
    await this.#last;
  }
}
