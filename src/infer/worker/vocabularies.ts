/** The encoded label sets inside the inference process, by number; the main process says when each comes and goes. */
import { Tensor } from 'onnxruntime-node';
import type { Vocabulary } from '../protocol.js';
import type { ShotMemory } from '../taught/shot-memory.js';

export interface WorkerVocabulary {
  /** `[labels, projection]`. */
  readonly embeddings: Tensor;
  readonly memory?: ShotMemory;
}

export class Vocabularies {
  readonly #byId = new Map<number, WorkerVocabulary>();

  /** `own`: the label set that the model was opened with, number 0. */
  constructor(own: WorkerVocabulary) {
    this.#byId.set(0, own);
  }

  add(id: number, { embeddings, labelCount, memory }: Vocabulary): void {
    const shape = [labelCount, embeddings.length / labelCount];
    const tensor = new Tensor('float32', embeddings, shape);
    this.#byId.set(id, { embeddings: tensor, ...(memory === undefined ? {} : { memory }) });
  }

  forget(id: number): void {
    this.#byId.delete(id);
  }

  /** @throws Error for a number that was never brought */
  of(id: number): WorkerVocabulary {
    const found = this.#byId.get(id);
    if (found === undefined) throw new Error(`there is no vocabulary ${id}`);
    return found;
  }
}
