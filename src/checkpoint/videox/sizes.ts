/** The sizes of an original VideoX checkpoint, which has no config.json, from the shapes of its tensors as `build_model` of xclip.py does. */
import { ActionwireError } from '../../core/errors.js';
import { parseConfig, type XClipConfig } from '../config.js';
import type { StoredTensor } from '../stored-tensor.js';

type Tensors = ReadonlyMap<string, StoredTensor>;

/** In all of VideoX a head is 64 wide. */
const HEAD_WIDTH = 64;

/**
 * `stored` under the names of Hugging Face. Throws `CHECKPOINT_TENSOR_MISSING` for a tensor that tells a size and is not there, and
 * `CHECKPOINT_CONFIG_INVALID` for sizes that do not fit one another.
 */
export function sizesOf(stored: Tensors): XClipConfig {
  const size = (name: string, axis: number): number => sizeOf(stored, name, axis);
  const patches = 'vision_model.embeddings.patch_embedding.weight';
  const [visionWidth, patchSize] = [size(patches, 0), size(patches, 3)];
  const grid = wholeNumber(
    Math.sqrt(size('vision_model.embeddings.position_embedding.weight', 0) - 1),
    'the patches do not make a square',
  );
  const textWidth = size('text_model.final_layer_norm.weight', 0);
  const projection = size('text_projection.weight', 0);
  return parseConfig({
    model_type: 'xclip',
    text_config: {
      vocab_size: size('text_model.embeddings.token_embedding.weight', 0),
      max_position_embeddings: size('text_model.embeddings.position_embedding.weight', 0),
      hidden_size: textWidth,
      intermediate_size: size('text_model.encoder.layers.0.mlp.fc1.weight', 0),
      num_hidden_layers: countLayers(stored, 'text_model.encoder.layers'),
      num_attention_heads: heads(textWidth),
    },
    vision_config: {
      hidden_size: visionWidth,
      intermediate_size: size('vision_model.encoder.layers.0.mlp.fc1.weight', 0),
      num_hidden_layers: countLayers(stored, 'vision_model.encoder.layers'),
      num_attention_heads: heads(visionWidth),
      mit_hidden_size: projection,
      mit_intermediate_size: size('mit.encoder.layers.0.mlp.fc1.weight', 0),
      mit_num_hidden_layers: countLayers(stored, 'mit.encoder.layers'),
      mit_num_attention_heads: heads(projection),
      image_size: grid * patchSize,
      patch_size: patchSize,
      num_frames: size('mit.position_embedding', 1),
    },
    projection_dim: projection,
    prompt_layers: countLayers(stored, 'prompts_generator.decoder'),
    prompt_num_attention_heads: heads(projection),
  });
}

const heads = (width: number): number =>
  wholeNumber(width / HEAD_WIDTH, `heads of ${HEAD_WIDTH} do not fit a width of ${width}`);

function wholeNumber(value: number, problem: string): number {
  if (Number.isInteger(value)) return value;
  const message = `The shapes of the tensors are not those of an X-CLIP of VideoX: ${problem}.`;
  throw new ActionwireError('CHECKPOINT_CONFIG_INVALID', message, {
    hint: 'Put the config.json of this model beside the weights.',
  });
}

function sizeOf(stored: Tensors, name: string, axis: number): number {
  const size = stored.get(name)?.shape[axis];
  if (size !== undefined) return size;
  throw new ActionwireError(
    'CHECKPOINT_TENSOR_MISSING',
    `Tensor ${name}: its size is needed where there is no config.json, found nothing.`,
  );
}

/** How many numbers follow `prefix` in the names. */
function countLayers(stored: Tensors, prefix: string): number {
  const numbers = [...stored.keys()].map((name) =>
    name.startsWith(`${prefix}.`) ? name.slice(prefix.length + 1) : '',
  );
  return new Set(numbers.filter((rest) => rest !== '').map((rest) => rest.split('.', 1)[0])).size;
}
