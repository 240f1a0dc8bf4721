/** Remembers, for the run of a stream, which hardware has taken a decoder process down with it. */
import type { Failure } from './failure.js';
import type { HwaccelName } from './hwaccel.js';

export class CrashedHardware {
  readonly #names = new Set<HwaccelName>();
  #atWork: HwaccelName | undefined;

  /** In the order in which they crashed. */
  get names(): readonly HwaccelName[] {
    return [...this.#names];
  }

  /** @param name what is opened now, or decodes; undefined: software */
  use(name: HwaccelName | undefined): void {
    this.#atWork = name;
  }

  /** The process is gone: whatever was at work when it crashed is taken to be the cause. */
  conclude(failure: Failure | undefined): void {
    if (failure?.kind === 'crashed' && this.#atWork !== undefined) this.#names.add(this.#atWork);
    this.#atWork = undefined;
  }
}
