/** Which files of a model on the hub are needed, out of all that it has. */
import { ActionwireError } from '../core/errors.js';

/** A file as the hub lists it. */
export interface HubFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of its content where it is kept as a large file (LFS), else Git's SHA-1. */
  readonly hash: { readonly kind: 'sha256' | 'git'; readonly hex: string };
}

type Names = ReadonlyMap<string, HubFile>;

/** Each group in order of preference: the first of it that is there as a whole is taken. */
const weights: readonly ((files: Names) => string[])[] = [
  only('model.safetensors'),
  shards('model.safetensors.index.json', /^model-\d{5}-of-\d{5}\.safetensors$/),
  only('pytorch_model.bin'),
  shards('pytorch_model.bin.index.json', /^pytorch_model-\d{5}-of-\d{5}\.bin$/),
];
const tokenizer = [only('tokenizer.json'), only('vocab.json', 'merges.txt')];
const processor = [only('preprocessor_config.json'), only('processor_config.json')];
const optional = ['tokenizer_config.json', 'labels.txt', 'manifest.json'];

/** @throws HUB_FILES_MISSING naming what an X-CLIP cannot do without. */
export function chooseFiles(all: readonly HubFile[], id: string): HubFile[] {
  const files = new Map(all.map((file) => [file.name, file]));
  const chosen = [
    ...first([only('config.json')], files, 'config.json', id),
    ...first(processor, files, 'preprocessor_config.json', id),
    ...first(tokenizer, files, 'tokenizer.json, or vocab.json and merges.txt', id),
    ...optional.filter((name) => files.has(name)),
    ...first(weights, files, 'model.safetensors or pytorch_model.bin', id),
  ];
  return chosen.flatMap((name) => files.get(name) ?? []);
}

function only(...names: string[]): (files: Names) => string[] {
  return (files) => (names.every((name) => files.has(name)) ? names : []);
}

function shards(index: string, shard: RegExp): (files: Names) => string[] {
  return (files) => (files.has(index) ? [index, ...[...files.keys()].filter((name) => shard.test(name)).sort()] : []);
}

function first(group: readonly ((files: Names) => string[])[], files: Names, what: string, id: string): string[] {
  for (const pick of group) {
    const names = pick(files);
    if (names.length > 0) return names;
  }
  throw new ActionwireError('HUB_FILES_MISSING', `${id} has no ${what}.`);
}
