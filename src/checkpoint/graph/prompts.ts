/** The video-specific prompt generator: each label's text embedding is moved by what the patches show. */
import type { XClipConfig } from '../config.js';
import { attention } from './attention.js';
import type { GraphBuilder, Value } from './builder.js';
import { add, layerNorm, mlp, reshape, type Length } from './layers.js';
import { tokensPerFrame } from './vision-layer.js';

/**
 * `text` rows `[batch * labels, projection]`, `patches` `[batch, patches, projection]` -> rows like `text`
 * (`XCLIPPromptGenerator`, with alpha).
 */
export function promptGenerator(
  g: GraphBuilder,
  text: Value,
  labels: Length,
  patches: Value,
  config: XClipConfig,
): Value {
  const rows = reshape(g, patches, [-1, config.projectionSize]);
  const visual = layerNorm(g, rows, 'prompts_generator.layernorm', config.vision.layerNormEps);
  let x = text;
  for (let layer = 0; layer < config.prompts.layers; layer++) {
    x = promptLayer(g, x, labels, visual, `prompts_generator.decoder.${layer}`, config);
  }
  return g.node('Mul', [x, g.weight('prompts_generator.alpha')]);
}

/** `PromptGeneratorLayer`: cross-attention from the texts to the patches, then an MLP. */
function promptLayer(
  g: GraphBuilder,
  x: Value,
  labels: Length,
  visual: Value,
  prefix: string,
  config: XClipConfig,
): Value {
  const epsilon = config.text.layerNormEps;
  const query = layerNorm(g, x, `${prefix}.norm1`, epsilon);
  const contextLength = tokensPerFrame(config.vision) - 1;
  const size = { width: config.projectionSize, heads: config.prompts.heads };
  const names = { prefix: `${prefix}.cross_attn`, out: 'proj', bias: false };
  const input = { query, queryLength: labels, context: visual, contextLength };
  const attended = add(g, x, attention(g, input, size, names));
  const normed = layerNorm(g, attended, `${prefix}.norm3`, epsilon);
  return add(g, attended, mlp(g, normed, `${prefix}.mlp.0`, `${prefix}.mlp.3`, config.prompts.activation));
}
