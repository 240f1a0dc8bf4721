/** How long the inference process may take for a window before it counts as hung; grows with what the model has needed so far. */

export interface AnswerLimits {
  /** For the first window after the model was opened: caches are cold and the machine may be busy with starting. Milliseconds. */
  readonly firstMs: number;
  /** For every later window, at least. Milliseconds. */
  readonly leastMs: number;
  /** A later window may take this many times as long as the slowest one so far. */
  readonly factor: number;
}

export const defaultAnswerLimits: AnswerLimits = { firstMs: 120_000, leastMs: 10_000, factor: 20 };

export class AnswerLimit {
  #slowestMs: number | undefined;

  constructor(private readonly limits: AnswerLimits = defaultAnswerLimits) {}

  /** For the window that is handed over now, whole milliseconds. */
  get ms(): number {
    const { firstMs, leastMs, factor } = this.limits;
    return this.#slowestMs === undefined ? firstMs : Math.ceil(Math.max(leastMs, factor * this.#slowestMs));
  }

  /** A window was answered; `inferenceMs` as the inference process measured it, so that its waiting for us does not count. */
  learn(inferenceMs: number): void {
    this.#slowestMs = Math.max(this.#slowestMs ?? 0, inferenceMs);
  }
}
