/** The text graph: token ids -> one embedding per text (`XCLIPTextModel` and `text_projection`). */
import type { XClipConfig } from '../config.js';
import type { GraphBuilder, Value } from './builder.js';
import { encoderLayer } from './encoder-layer.js';
import { add, layerNorm, linear, reshape } from './layers.js';
import { elementType } from '../onnx/model.js';

/** `input_ids` int64 `[labels, sequence]` -> `text_embeds` `[labels, projection]`, not normalised. */
export function textGraph(g: GraphBuilder, config: XClipConfig): void {
  const { text } = config;
  const ids = g.input('input_ids', 'int64', ['labels', 'sequence']);
  const length = g.node('Shape', [ids], { start: 1, end: 2 }); // [1]
  const mask = causalMask(g, length);
  let x = embed(g, ids, length, text.hiddenSize);
  for (let layer = 0; layer < text.layers; layer++) {
    const options = { width: text.hiddenSize, heads: text.heads, length, epsilon: text.layerNormEps, mask };
    const prefix = `text_model.encoder.layers.${layer}`;
    x = encoderLayer(g, x, prefix, { ...options, activation: text.activation });
  }
  const pooled = pool(g, ids, reshape(g, x, [-1, length, text.hiddenSize])); // [labels, width]
  const normed = layerNorm(g, pooled, 'text_model.final_layer_norm', text.layerNormEps);
  const projected = linear(g, normed, 'text_projection', { bias: false });
  g.output('text_embeds', projected, ['labels', config.projectionSize]);
}

/** Token plus position embeddings as rows `[labels * sequence, width]`. */
function embed(g: GraphBuilder, ids: Value, length: Value, width: number): Value {
  const prefix = 'text_model.embeddings';
  const tokens = g.node('Gather', [g.weight(`${prefix}.token_embedding.weight`), ids], { axis: 0 });
  const all = g.weight(`${prefix}.position_embedding.weight`);
  const positions = g.node('Slice', [all, g.integers([0]), length, g.integers([0])]); // [sequence, width]
  return reshape(g, add(g, tokens, positions), [-1, width]);
}

/** `[sequence, sequence]`: the lowest float where a token would look at a later one, 0 elsewhere. */
function causalMask(g: GraphBuilder, length: Value): Value {
  const end = g.node('Squeeze', [length, g.integers([0])]);
  const places = g.node('Range', [g.integers(0), end, g.integers(1)]);
  const row = reshape(g, places, [-1, 1]);
  const column = reshape(g, places, [1, -1]);
  return g.node('Where', [g.node('Less', [row, column]), g.floats([-3.4028234663852886e38]), g.floats([0])]);
}

/**
 * The state at the first highest token id, which is the end-of-text token: transformers 5.23 always pools so
 * (`XCLIPTextModel` forces `eos_token_id = 2`, the legacy rule), whatever the config says. Normalising after the choice
 * gives the same numbers. `x` is `[labels, sequence, width]`.
 */
function pool(g: GraphBuilder, ids: Value, x: Value): Value {
  const comparable = g.node('Cast', [ids], { to: elementType.float });
  const place = g.node('ArgMax', [comparable], { axis: 1, keepdims: 1 }); // [labels, 1]
  return g.node('GatherND', [x, place], { batch_dims: 1 });
}
