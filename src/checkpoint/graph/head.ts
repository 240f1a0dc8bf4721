/** The head graph: video embedding, patch features and text embeddings -> logits and probabilities. */
import type { XClipConfig } from '../config.js';
import type { GraphBuilder, Value } from './builder.js';
import { add, reshape, shape } from './layers.js';
import { promptGenerator } from './prompts.js';
import { tokensPerFrame } from './vision-layer.js';

/**
 * `video_embeds` `[batch, projection]`, `patch_features` `[batch, patches, projection]`, `text_embeds`
 * `[labels, projection]` -> `logits` and `probabilities` (softmax over the labels) `[batch, labels]`.
 */
export function headGraph(g: GraphBuilder, config: XClipConfig): void {
  const width = config.projectionSize;
  const video = g.input('video_embeds', 'float', ['batch', width]);
  const patches = g.input('patch_features', 'float', ['batch', tokensPerFrame(config.vision) - 1, width]);
  const text = g.input('text_embeds', 'float', ['labels', width]);
  scoreLabels(g, config, { video, patches, text });
}

/** The outputs of both head graphs, `logits` and `probabilities`, from the three kinds of features. */
export function scoreLabels(
  g: GraphBuilder,
  config: XClipConfig,
  { video, patches, text }: { readonly video: Value; readonly patches: Value; readonly text: Value },
): void {
  const width = config.projectionSize;
  const labels = g.node('Shape', [text], { start: 0, end: 1 });
  const rows = repeatPerVideo(g, text, video, labels, width);
  const prompted = add(g, rows, promptGenerator(g, rows, labels, patches, config));
  const logits = scaledCosine(g, video, reshape(g, prompted, [-1, labels, width]), width);
  g.output('logits', logits, ['batch', 'labels']);
  g.output('probabilities', g.node('Softmax', [logits], { axis: -1 }), ['batch', 'labels']);
}

/** The texts once for every video, rows `[batch * labels, width]`. */
function repeatPerVideo(g: GraphBuilder, text: Value, video: Value, labels: Value, width: number): Value {
  const batch = g.node('Shape', [video], { start: 0, end: 1 });
  return reshape(g, g.node('Expand', [text, shape(g, [batch, labels, width])]), [-1, width]);
}

/** exp(logit_scale) times the cosine of each video `[batch, width]` with its texts `[batch, labels, width]`. */
function scaledCosine(g: GraphBuilder, video: Value, texts: Value, width: number): Value {
  const column = reshape(g, unitLength(g, video), [-1, width, 1]);
  const cosine = g.node('Squeeze', [g.node('MatMul', [unitLength(g, texts), column]), g.integers([2])]);
  return g.node('Mul', [cosine, g.node('Exp', [g.weight('logit_scale')])]);
}

function unitLength(g: GraphBuilder, x: Value): Value {
  return g.node('Div', [x, g.node('ReduceL2', [x], { axes: [-1], keepdims: 1 })]);
}
