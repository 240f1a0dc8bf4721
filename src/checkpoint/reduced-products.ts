/**
 * The linear layers that a lower precision computes differently: those of each frame's self-attention and MLP. They are 95 % of the vision
 * tower's multiply-adds; norms, softmax, messages, patch embedding, projections, integration, prompts and head stay float32.
 */
import type { XClipConfig } from './config.js';

export interface LinearLayer {
  /** Of its tensors: `<prefix>.weight` `[outputs, inputs]` and `<prefix>.bias`. */
  readonly prefix: string;
  readonly outputs: number;
  readonly inputs: number;
}

/** In the order of the forward pass. */
export function reducedLayers({ vision }: XClipConfig): LinearLayer[] {
  const { layers, hiddenSize: width, intermediateSize: inner } = vision;
  return Array.from({ length: layers }, (_, layer) => {
    const prefix = `vision_model.encoder.layers.${layer}`;
    const square = (name: string): LinearLayer => ({
      prefix: `${prefix}.self_attn.${name}`,
      outputs: width,
      inputs: width,
    });
    return [
      ...['q_proj', 'k_proj', 'v_proj', 'out_proj'].map(square),
      { prefix: `${prefix}.mlp.fc1`, outputs: inner, inputs: width },
      { prefix: `${prefix}.mlp.fc2`, outputs: width, inputs: inner },
    ];
  }).flat();
}
