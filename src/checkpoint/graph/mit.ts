/** The multiframe integration transformer: frame features -> one embedding for the window. */
import type { XClipConfig } from '../config.js';
import type { GraphBuilder, Value } from './builder.js';
import { encoderLayer } from './encoder-layer.js';
import { add, reshape } from './layers.js';

/** `[batch, T, projection]` -> `[batch, projection]` (`XCLIPMultiframeIntegrationTransformer`). */
export function multiframeIntegration(g: GraphBuilder, features: Value, { vision, mit }: XClipConfig): Value {
  const { hiddenSize: width, heads } = mit;
  const options = { width, heads, length: vision.frames, epsilon: vision.layerNormEps, activation: vision.activation };
  let x = reshape(g, add(g, features, g.weight('mit.position_embedding')), [-1, width]);
  for (let layer = 0; layer < mit.layers; layer++) {
    x = encoderLayer(g, x, `mit.encoder.layers.${layer}`, options);
  }
  const summed = add(g, reshape(g, x, [-1, vision.frames, width]), features);
  return g.node('ReduceMean', [summed], { axes: [1], keepdims: 0 });
}
