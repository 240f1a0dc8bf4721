/** Which label set each stream is compared with: the model's own until it is replaced. */
import type { LabelSet } from '../core/label-set.js';
import type { Vocabulary } from './protocol.js';

/** An encoded label set with its number in the inference process. */
export interface NumberedVocabulary extends Vocabulary {
  readonly id: number;
}

export interface LabelsInUse {
  readonly labelSet: LabelSet;
  /** Missing: the one that the inference process was opened with. */
  readonly vocabulary?: NumberedVocabulary;
}

export class StreamLabels {
  readonly #byStream = new Map<string, LabelsInUse>();
  #nextId = 1;

  constructor(private readonly own: LabelSet) {}

  of(streamId: string): LabelsInUse {
    return this.#byStream.get(streamId) ?? { labelSet: this.own };
  }

  /** From the stream's next window on. `initial`: nothing has been told of the stream yet, so this is its first set. */
  replace(streamId: string, wanted: LabelSet, encoded: Vocabulary, initial: boolean): LabelSet {
    const version = initial ? 1 : this.of(streamId).labelSet.version + 1;
    const labelSet = { ...wanted, version };
    this.#byStream.set(streamId, { labelSet, vocabulary: { ...encoded, id: this.#nextId++ } });
    return labelSet;
  }

  drop(streamId: string): void {
    this.#byStream.delete(streamId);
  }

  /** The numbers that some stream uses now. */
  ids(): Set<number> {
    return new Set([...this.#byStream.values()].flatMap(({ vocabulary }) => vocabulary?.id ?? []));
  }
}
