/** The exchange of messages in streaming mode: keys and values of earlier messages come in from the last run and go out for the next. */
import type { VisionConfig } from '../config.js';
import { attend, projectQuery } from './attention.js';
import type { GraphBuilder, SymbolicShape, Value } from './builder.js';
import { add, linear, reshape } from './layers.js';
import type { MessageExchange } from './vision-layer.js';

/**
 * A message attends to those of the T - 1 frames before its own and to itself. Inputs: `past_keys` and `past_values`
 * `[batch, layers, T - 1, width]`, the projected messages of earlier frames, newest last; `past_counts` int64 `[batch]`, how
 * many of the T - 1 places are filled. Outputs: `next_keys` and `next_values`, the same after the new frames.
 */
export class MessageCache {
  readonly #shape: SymbolicShape;
  readonly #pastKeys: Value;
  readonly #pastValues: Value;
  readonly #contextLength: Value;
  readonly #mask: Value;
  readonly #nextKeys: Value[] = [];
  readonly #nextValues: Value[] = [];

  /** `newFrames`: how many frames of each stream this run brings, int64 `[1]`. */
  constructor(
    private readonly g: GraphBuilder,
    private readonly vision: VisionConfig,
    private readonly newFrames: Value,
  ) {
    const past = vision.frames - 1;
    this.#shape = ['batch', vision.layers, past, vision.hiddenSize];
    this.#pastKeys = g.input('past_keys', 'float', this.#shape);
    this.#pastValues = g.input('past_values', 'float', this.#shape);
    this.#contextLength = add(g, newFrames, g.integers([past]));
    this.#mask = slidingMask(g, g.input('past_counts', 'int64', ['batch']), newFrames, past);
  }

  /** The exchange of one layer; to be used once for each, in the layers' order. */
  exchange(layer: number): MessageExchange {
    return (g, messages, prefix) => {
      const size = { width: this.vision.hiddenSize, heads: this.vision.heads };
      const keys = this.#extend(this.#pastKeys, layer, linear(g, messages, `${prefix}.k_proj`));
      const values = this.#extend(this.#pastValues, layer, linear(g, messages, `${prefix}.v_proj`));
      this.#nextKeys.push(this.#newest(keys));
      this.#nextValues.push(this.#newest(values));
      const lengths = { queryLength: this.newFrames, contextLength: this.#contextLength, mask: this.#mask };
      const query = projectQuery(g, messages, size, prefix);
      return linear(g, attend(g, { query, keys, values }, lengths, size), `${prefix}.out_proj`);
    };
  }

  /** Declares the outputs, when every layer is built. */
  output(): void {
    this.g.output('next_keys', this.g.node('Concat', this.#nextKeys, { axis: 1 }), this.#shape);
    this.g.output('next_values', this.g.node('Concat', this.#nextValues, { axis: 1 }), this.#shape);
  }

  /** One layer's past and the new rows `[batch * newFrames, width]` -> `[batch, T - 1 + newFrames, width]`. */
  #extend(past: Value, layer: number, rows: Value): Value {
    const { g } = this;
    const earlier = g.node('Gather', [past, g.integers(layer)], { axis: 1 });
    return g.node('Concat', [earlier, reshape(g, rows, [-1, this.newFrames, this.vision.hiddenSize])], { axis: 1 });
  }

  /** The last T - 1 of `[batch, T - 1 + newFrames, width]` as `[batch, 1, T - 1, width]`. */
  #newest(all: Value): Value {
    const { g } = this;
    const last = g.node('Slice', [all, this.newFrames, this.#contextLength, g.integers([1])]);
    return g.node('Unsqueeze', [last, g.integers([1])]);
  }
}

/**
 * `[batch, 1, newFrames, past + newFrames]`: 0 where the new frame i may look, the lowest float elsewhere. It sees the
 * places i to i + past, its own included, of which those before `past - count` were never filled.
 */
function slidingMask(g: GraphBuilder, counts: Value, newFrames: Value, past: number): Value {
  const frame = reshape(g, range(g, newFrames), [1, 1, -1, 1]);
  const place = reshape(g, range(g, add(g, newFrames, g.integers([past]))), [1, 1, 1, -1]);
  const firstFilled = reshape(g, g.node('Sub', [g.integers([past]), counts]), [-1, 1, 1, 1]);
  const tooOld = g.node('Or', [g.node('Less', [place, frame]), g.node('Less', [place, firstFilled])]);
  const tooNew = g.node('Less', [add(g, frame, g.integers([past])), place]);
  const hidden = g.node('Or', [tooOld, tooNew]);
  return g.node('Where', [hidden, g.floats([-3.4028234663852886e38]), g.floats([0])]);
}

/** 0, 1, ... up to `length` (int64 `[1]`), exclusive. */
function range(g: GraphBuilder, length: Value): Value {
  return g.node('Range', [g.integers(0), g.node('Squeeze', [length, g.integers([0])]), g.integers(1)]);
}
