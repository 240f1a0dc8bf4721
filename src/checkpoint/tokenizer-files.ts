/** Reads the tokenizer of a model folder: tokenizer.json, or vocab.json with merges.txt. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import { BOS, clipDefinition, EOS, parseMerges } from './clip-tokenizer.js';
import { parseJson, readText, validate } from './read-file.js';

export interface TokenizerFiles {
  /** The content of tokenizer.json. */
  readonly definition: object;
  /** Which special token fills short texts up, as transformers would; the end token where nothing is said. */
  readonly padToken: string | undefined;
  /** Longest text in tokens that the tokenizer allows, where it says so. */
  readonly maxLength: number | undefined;
}

const MAX_BYTES = 64 << 20;
const CODE = 'TOKENIZER_INVALID';

const token = z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)]);
const settingsSchema = z.object({
  pad_token: token.nullish(),
  // transformers writes 1e30 for "no limit".
  model_max_length: z.number().positive().nullish(),
});
const vocabularySchema = z.record(z.string(), z.int().min(0).max(4_000_000));
const definitionSchema = z.looseObject({
  model: z.looseObject({ type: z.literal('BPE').optional(), vocab: vocabularySchema, merges: z.array(z.unknown()) }),
});

/** Throws `TOKENIZER_INVALID` naming the file and what is wrong with it. */
export async function readTokenizerFiles(dir: string): Promise<TokenizerFiles> {
  const definition = (await exists(join(dir, 'tokenizer.json')))
    ? validate(definitionSchema, await readJson(dir, 'tokenizer.json'), 'tokenizer.json', CODE)
    : await buildDefinition(dir);
  const settings = (await exists(join(dir, 'tokenizer_config.json')))
    ? await readJson(dir, 'tokenizer_config.json')
    : {};
  const { pad_token, model_max_length } = validate(settingsSchema, settings, 'tokenizer_config.json', CODE);
  return { definition, padToken: pad_token ?? undefined, maxLength: model_max_length ?? undefined };
}

async function buildDefinition(dir: string): Promise<object> {
  const [vocabPath, mergesPath] = [join(dir, 'vocab.json'), join(dir, 'merges.txt')];
  if (!(await exists(vocabPath)) || !(await exists(mergesPath))) {
    throw new ActionwireError(CODE, `${dir} has neither tokenizer.json nor vocab.json with merges.txt.`);
  }
  const vocab = validate(vocabularySchema, await readJson(dir, 'vocab.json'), 'vocab.json', CODE);
  for (const special of [BOS, EOS]) {
    if (vocab[special] === undefined)
      throw new ActionwireError(CODE, `vocab.json: expected ${special}, found nothing.`);
  }
  return clipDefinition(vocab, parseMerges(await readText(mergesPath, MAX_BYTES, CODE)));
}

async function readJson(dir: string, file: string): Promise<unknown> {
  return parseJson(await readText(join(dir, file), MAX_BYTES, CODE), file, CODE);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
