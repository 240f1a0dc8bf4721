/** The names and shapes of all tensors that an X-CLIP of given sizes has, as `XCLIPModel.state_dict()` names them. */
import type { XClipConfig } from './config.js';

export type Shape = readonly number[];
type Entry = readonly [name: string, shape: Shape];

/** Every tensor the graphs use, by name. */
export function expectedTensors(config: XClipConfig): ReadonlyMap<string, Shape> {
  const { text, vision, mit, projectionSize: projection, prompts } = config;
  return new Map([
    ...textTower(config),
    ...visionTower(config),
    ['visual_projection.weight', [projection, vision.hiddenSize]],
    ['text_projection.weight', [projection, text.hiddenSize]],
    ['logit_scale', []],
    ...norm('prompts_visual_layernorm', vision.hiddenSize),
    ['prompts_visual_projection', [vision.hiddenSize, projection]],
    ['mit.position_embedding', [1, vision.frames, projection]],
    ...times(mit.layers, (layer) => encoderLayer(`mit.encoder.layers.${layer}`, mit.hiddenSize, mit.intermediateSize)),
    ...norm('prompts_generator.layernorm', projection),
    ...times(prompts.layers, (layer) => promptLayer(`prompts_generator.decoder.${layer}`, projection)),
    ['prompts_generator.alpha', [projection]],
  ]);
}

function textTower({ text }: XClipConfig): Entry[] {
  const width = text.hiddenSize;
  return [
    ['text_model.embeddings.token_embedding.weight', [text.vocabularySize, width]],
    ['text_model.embeddings.position_embedding.weight', [text.positions, width]],
    ...times(text.layers, (layer) => encoderLayer(`text_model.encoder.layers.${layer}`, width, text.intermediateSize)),
    ...norm('text_model.final_layer_norm', width),
  ];
}

function visionTower({ vision }: XClipConfig): Entry[] {
  const { hiddenSize: width, imageSize, patchSize, intermediateSize } = vision;
  const embeddings = 'vision_model.embeddings';
  return [
    [`${embeddings}.class_embedding`, [width]],
    [`${embeddings}.patch_embedding.weight`, [width, 3, patchSize, patchSize]],
    [`${embeddings}.position_embedding.weight`, [(imageSize / patchSize) ** 2 + 1, width]],
    ...norm('vision_model.pre_layernorm', width),
    ...times(vision.layers, (layer) => visionLayer(`vision_model.encoder.layers.${layer}`, width, intermediateSize)),
    ...norm('vision_model.post_layernorm', width),
  ];
}

function encoderLayer(prefix: string, width: number, inner: number): Entry[] {
  return [
    ...attention(`${prefix}.self_attn`, width),
    ...norm(`${prefix}.layer_norm1`, width),
    ...linear(`${prefix}.mlp.fc1`, inner, width),
    ...linear(`${prefix}.mlp.fc2`, width, inner),
    ...norm(`${prefix}.layer_norm2`, width),
  ];
}

function visionLayer(prefix: string, width: number, inner: number): Entry[] {
  return [
    ...encoderLayer(prefix, width, inner),
    ...linear(`${prefix}.message_fc`, width, width),
    ...norm(`${prefix}.message_ln`, width),
    ...attention(`${prefix}.message_attn`, width),
  ];
}

function promptLayer(prefix: string, width: number): Entry[] {
  return [
    ...['q_proj', 'k_proj', 'v_proj'].map((name): Entry => [`${prefix}.cross_attn.${name}.weight`, [width, width]]),
    ...linear(`${prefix}.cross_attn.proj`, width, width),
    ...norm(`${prefix}.norm1`, width),
    ...norm(`${prefix}.norm3`, width),
    ...linear(`${prefix}.mlp.0`, 4 * width, width),
    ...linear(`${prefix}.mlp.3`, width, 4 * width),
  ];
}

function attention(prefix: string, width: number): Entry[] {
  return ['k_proj', 'v_proj', 'q_proj', 'out_proj'].flatMap((name) => linear(`${prefix}.${name}`, width, width));
}

function linear(prefix: string, out: number, input: number): Entry[] {
  return [
    [`${prefix}.weight`, [out, input]],
    [`${prefix}.bias`, [out]],
  ];
}

function norm(prefix: string, width: number): Entry[] {
  return [
    [`${prefix}.weight`, [width]],
    [`${prefix}.bias`, [width]],
  ];
}

function times(count: number, make: (index: number) => Entry[]): Entry[] {
  return Array.from({ length: count }, (_, index) => make(index)).flat();
}
