/**
 * The names of the original VideoX checkpoints (github.com/microsoft/VideoX, X-CLIP/models) in those of Hugging Face: the same numbers,
 * some stacked, some the other way round. Compared with `convert_x_clip_original_pytorch_to_hf.py` of transformers.
 */
import { ActionwireError } from '../../core/errors.js';
import { printable } from '../printable.js';
import type { StoredTensor } from '../stored-tensor.js';

type Tensors = ReadonlyMap<string, StoredTensor>;

/** Only the original has it: one convolution that cuts the picture into patches. */
const MARK = 'visual.conv1.weight';

const towers: readonly (readonly [RegExp, string])[] = [
  [/^visual\.transformer\.resblocks\./, 'vision_model.encoder.layers.'],
  [/^transformer\.resblocks\./, 'text_model.encoder.layers.'],
  [/^mit\.resblocks\./, 'mit.encoder.layers.'],
];

/** Inside a layer of any tower; `message_fc`, `message_ln` and `message_attn.out_proj` have the same names on both sides. */
const parts: readonly (readonly [RegExp, string])[] = [
  [/\.ln_(\d)\./, '.layer_norm$1.'],
  [/\.mlp\.c_fc\./, '.mlp.fc1.'],
  [/\.mlp\.c_proj\./, '.mlp.fc2.'],
  [/\.attn\./, '.self_attn.'],
];

const others = new Map([
  ['token_embedding.weight', 'text_model.embeddings.token_embedding.weight'],
  ['positional_embedding', 'text_model.embeddings.position_embedding.weight'],
  ['ln_final.weight', 'text_model.final_layer_norm.weight'],
  ['ln_final.bias', 'text_model.final_layer_norm.bias'],
  ['text_projection', 'text_projection.weight'],
  ['visual.class_embedding', 'vision_model.embeddings.class_embedding'],
  ['visual.positional_embedding', 'vision_model.embeddings.position_embedding.weight'],
  [MARK, 'vision_model.embeddings.patch_embedding.weight'],
  ['visual.ln_pre.weight', 'vision_model.pre_layernorm.weight'],
  ['visual.ln_pre.bias', 'vision_model.pre_layernorm.bias'],
  ['visual.ln_post.weight', 'vision_model.post_layernorm.weight'],
  ['visual.ln_post.bias', 'vision_model.post_layernorm.bias'],
  ['visual.proj', 'visual_projection.weight'],
  ['prompts_visual_ln.weight', 'prompts_visual_layernorm.weight'],
  ['prompts_visual_ln.bias', 'prompts_visual_layernorm.bias'],
  ['prompts_visual_proj', 'prompts_visual_projection'],
  ['mit.positional_embedding', 'mit.position_embedding'],
  ['prompts_generator.norm.weight', 'prompts_generator.layernorm.weight'],
  ['prompts_generator.norm.bias', 'prompts_generator.layernorm.bias'],
]);

/** The original multiplies by these from the right, `[in, out]`; Hugging Face keeps them as linear layers, `[out, in]`. */
const turned = new Set(['text_projection.weight', 'visual_projection.weight']);

export const isOriginal = (stored: Tensors): boolean => stored.has(MARK);

/** The tensors of an original checkpoint under the names of Hugging Face; nothing is copied. */
export function renameOriginal(stored: Tensors): Tensors {
  return new Map([...stored].flatMap(([name, tensor]) => renameTensor(name, tensor)));
}

function renameTensor(original: string, tensor: StoredTensor): [string, StoredTensor][] {
  const name = others.get(original) ?? renameLayer(original);
  const stacked = /^(.*_attn)\.in_proj_(weight|bias)$/.exec(name);
  if (stacked === null) return [[name, turned.has(name) ? turn(tensor) : tensor]];
  const [, attention = '', kind = ''] = stacked;
  const thirds = splitRows(original, tensor);
  return ['q_proj', 'k_proj', 'v_proj'].map((part, index) => [`${attention}.${part}.${kind}`, thirds(index)]);
}

function renameLayer(original: string): string {
  const tower = towers.find(([pattern]) => pattern.test(original));
  if (tower === undefined) return original;
  const inTower = original.replace(...tower);
  return parts.reduce((name, [pattern, replacement]) => name.replace(pattern, replacement), inTower);
}

/** Query, key and value lie one below the other in one matrix (or one behind the other in one bias). */
function splitRows(name: string, tensor: StoredTensor): (index: number) => StoredTensor {
  const [rows = 0, ...rest] = tensor.shape;
  if (rows === 0 || rows % 3 !== 0 || tensor.transposed === true) {
    const found = `[${tensor.shape.join(', ')}]${tensor.transposed === true ? ', transposed' : ''}`;
    const wanted = 'expected query, key and value stacked in rows';
    throw new ActionwireError('CHECKPOINT_TENSOR_SHAPE', `Tensor ${printable(name)}: ${wanted}, found ${found}.`);
  }
  const length = tensor.length / 3;
  return (index) => ({ ...tensor, shape: [rows / 3, ...rest], offset: tensor.offset + index * length, length });
}

function turn({ transposed, ...tensor }: StoredTensor): StoredTensor {
  const shape = tensor.shape.toReversed();
  return transposed === true || shape.length !== 2 ? { ...tensor, shape } : { ...tensor, shape, transposed: true };
}
