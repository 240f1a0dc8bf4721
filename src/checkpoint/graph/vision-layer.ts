/**
 * One layer of the vision tower (`XCLIPVisionEncoderLayer`): every frame writes a message from its class token, the
 * messages of a window are exchanged, and each frame's tokens attend to themselves and to their frame's message.
 */
import type { VisionConfig } from '../config.js';
import { attention } from './attention.js';
import type { GraphBuilder, Value } from './builder.js';
import { add, layerNorm, linear, mlp, reshape } from './layers.js';
import { quantisedAttention } from './quantised-attention.js';

/**
 * How the messages of one layer meet: normed messages rows `[frames, width]` -> what each message hears, rows of the
 * same shape. `prefix` names the layer's `message_attn` weights.
 */
export type MessageExchange = (g: GraphBuilder, messages: Value, prefix: string) => Value;

/** The exchange of the model as trained: each message attends to all messages of its window of `frames` frames. */
export function wholeWindow(vision: VisionConfig): MessageExchange {
  const length = vision.frames;
  const size = { width: vision.hiddenSize, heads: vision.heads };
  return (g, messages, prefix) =>
    attention(g, { query: messages, queryLength: length, context: messages, contextLength: length }, size, { prefix });
}

/** Tokens per frame: one class token and the patches. */
export function tokensPerFrame({ imageSize, patchSize }: VisionConfig): number {
  return (imageSize / patchSize) ** 2 + 1;
}

/** Rows `[frames * tokens, width]` -> the same shape. */
export function visionLayer(
  g: GraphBuilder,
  x: Value,
  prefix: string,
  vision: VisionConfig,
  exchange: MessageExchange,
): Value {
  const message = frameMessage(g, x, prefix, vision, exchange);
  const attended = add(g, x, attendWithMessage(g, x, message, prefix, vision));
  const normed = layerNorm(g, attended, `${prefix}.layer_norm2`, vision.layerNormEps);
  return add(g, attended, mlp(g, normed, `${prefix}.mlp.fc1`, `${prefix}.mlp.fc2`, vision.activation));
}

/** The message of each frame after the exchange, rows `[frames, width]`. */
function frameMessage(
  g: GraphBuilder,
  x: Value,
  prefix: string,
  vision: VisionConfig,
  exchange: MessageExchange,
): Value {
  const message = linear(g, classToken(g, x, vision), `${prefix}.message_fc`);
  const normed = layerNorm(g, message, `${prefix}.message_ln`, vision.layerNormEps);
  return add(g, message, exchange(g, normed, `${prefix}.message_attn`));
}

/** The class token of each frame, rows `[frames, width]`. */
export function classToken(g: GraphBuilder, x: Value, vision: VisionConfig): Value {
  const frames = reshape(g, x, [-1, tokensPerFrame(vision), vision.hiddenSize]);
  return g.node('Gather', [frames, g.integers(0)], { axis: 1 });
}

/**
 * Self-attention of each frame's tokens over those tokens and the frame's message. The reference also computes the
 * message's own row and drops it; here it is only key and value.
 */
function attendWithMessage(g: GraphBuilder, x: Value, message: Value, prefix: string, vision: VisionConfig): Value {
  const tokens = tokensPerFrame(vision);
  const width = vision.hiddenSize;
  const norm = (rows: Value): Value => layerNorm(g, rows, `${prefix}.layer_norm1`, vision.layerNormEps);
  const query = norm(x);
  const parts = [reshape(g, query, [-1, tokens, width]), reshape(g, norm(message), [-1, 1, width])];
  const all = g.node('Concat', parts, { axis: 1 });
  const names = { prefix: `${prefix}.self_attn` };
  const size = { width, heads: vision.heads };
  if (g.reducedProduct(`${names.prefix}.q_proj`)?.kind === 'int8')
    return quantisedAttention(g, all, tokens, size, names.prefix);
  const context = reshape(g, all, [-1, width]);
  const input = { query, queryLength: tokens, context, contextLength: tokens + 1 };
  return attention(g, input, size, names);
}
