/** How much arithmetic the model takes, counted from its sizes: multiply-adds of all matrix products, nothing else. */
import type { XClipConfig } from './config.js';

export interface Cost {
  /** One frame through the vision tower. */
  readonly frame: number;
  /** One window from scratch: its frames, their integration and the patch features. */
  readonly window: number;
  /** The head, once per window and label. */
  readonly label: number;
  /** One text of full length through the text tower. */
  readonly text: number;
}

/** Multiply-adds of the graphs as `writeGraphs` builds them. */
export function countMultiplyAdds(config: XClipConfig): Cost {
  const { vision, text, mit, projectionSize: projection } = config;
  const patches = (vision.imageSize / vision.patchSize) ** 2;
  const frame = frameCost(config, patches);
  const integration = mit.layers * layerCost(vision.frames, vision.frames, mit.hiddenSize, mit.intermediateSize);
  const keysAndValues = config.prompts.layers * 2 * patches * projection ** 2;
  return {
    frame,
    window: vision.frames * frame + integration + patches * vision.hiddenSize * projection + keysAndValues,
    label: config.prompts.layers * (10 * projection ** 2 + 2 * patches * projection) + projection,
    text:
      text.layers * layerCost(text.positions, text.positions, text.hiddenSize, text.intermediateSize) +
      text.hiddenSize * projection,
  };
}

function frameCost({ vision, projectionSize }: XClipConfig, patches: number): number {
  const { hiddenSize: width, patchSize, frames, layers, intermediateSize } = vision;
  const message = 5 * width ** 2 + 2 * frames * width;
  const asContext = 2 * width ** 2; // the message's own key and value
  const layer = layerCost(patches + 1, patches + 2, width, intermediateSize) + message + asContext;
  return patches * 3 * patchSize ** 2 * width + layers * layer + width * projectionSize;
}

/** A transformer layer of `tokens` rows that attend to `context` rows. */
function layerCost(tokens: number, context: number, width: number, inner: number): number {
  return tokens * (4 * width ** 2 + 2 * width * inner) + 2 * tokens * context * width;
}
