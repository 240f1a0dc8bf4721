/** Token ids equal to those of transformers' CLIPTokenizer, for 241 texts, from each of the forms a folder may have. */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTokenizer } from '../../src/checkpoint/index.js';

const golden = new URL('../reference/golden/', import.meta.url);

interface Definition {
  model: { vocab: Record<string, number>; merges: (string | [string, string])[] };
  pre_tokenizer: { pretokenizers: { pattern: { Regex: string } }[] };
}
interface Golden {
  readonly texts: readonly { readonly text: string; readonly ids: readonly number[] }[];
  readonly padded: readonly (readonly number[])[];
}

const readJson = async <T>(name: string): Promise<T> => JSON.parse(await readFile(new URL(name, golden), 'utf8')) as T;
const expected = await readJson<Golden>('token-ids.json');
const definition = await readJson<Definition>('tokenizer/tokenizer.json');
const config = { model_type: 'xclip', text_config: { vocab_size: 2514 } };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'actionwire-tokenizer-'));
  await writeJson('config.json', config);
  await copyFile(new URL('tokenizer/tokenizer_config.json', golden), join(dir, 'tokenizer_config.json'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const writeJson = (name: string, value: unknown): Promise<void> => writeFile(join(dir, name), JSON.stringify(value));
const merges = definition.model.merges.map((pair) => (typeof pair === 'string' ? pair : pair.join(' ')));

async function writeVocabAndMerges(): Promise<void> {
  await writeJson('vocab.json', definition.model.vocab);
  await writeFile(join(dir, 'merges.txt'), `#version: 0.2\n${merges.join('\n')}\n`);
}

async function differing(): Promise<string[]> {
  const tokenizer = await openTokenizer(dir);
  const wrong = expected.texts.filter(({ text, ids }) => String(tokenizer.encode([text]).inputIds) !== String(ids));
  return wrong.map(({ text }) => text);
}

describe('token ids', () => {
  it('equal those of transformers, from tokenizer.json', async () => {
    await writeJson('tokenizer.json', definition);
    expect(expected.texts.length).toBeGreaterThanOrEqual(200);
    expect(await differing()).toEqual([]);
  });

  it('equal those of transformers, from vocab.json and merges.txt', async () => {
    await writeVocabAndMerges();
    expect(await differing()).toEqual([]);
  });

  it('equal those of transformers, from a tokenizer.json of the older form', async () => {
    const old = structuredClone(definition);
    old.model.merges = merges;
    const split = old.pre_tokenizer.pretokenizers[0]!.pattern;
    split.Regex = split.Regex.replace(String.raw`<\|startoftext\|>|<\|endoftext\|>|`, '');
    await writeJson('tokenizer.json', old);
    expect(await differing()).toEqual([]);
  });

  it('of several texts are padded to the longest', async () => {
    await writeJson('tokenizer.json', definition);
    const { inputIds, shape } = (await openTokenizer(dir)).encode(expected.texts.slice(0, 4).map(({ text }) => text));
    expect(shape).toEqual([4, expected.padded[0]!.length]);
    expect([...inputIds].map(Number)).toEqual(expected.padded.flat());
  });

  it('are cut to the positions of the model, the end token kept', async () => {
    await writeJson('tokenizer.json', definition);
    await writeJson('config.json', {
      model_type: 'xclip',
      text_config: { vocab_size: 2514, max_position_embeddings: 6 },
    });
    const tokenizer = await openTokenizer(dir);
    const { inputIds, shape } = tokenizer.encode(['one two three four five six seven eight']);
    expect([tokenizer.maxLength, shape]).toEqual([6, [1, 6]]);
    expect([inputIds[0], inputIds[5]]).toEqual([2512n, 2513n]);
  });

  it('use the padding token that tokenizer_config.json names', async () => {
    await writeJson('tokenizer.json', definition);
    await writeJson('tokenizer_config.json', { pad_token: { content: '!' }, model_max_length: 1e30 });
    const tokenizer = await openTokenizer(dir);
    expect(tokenizer.encode(['', 'a b']).inputIds[2]).toBe(BigInt(definition.model.vocab['!']!));
    expect(tokenizer.maxLength).toBe(77);
  });
});

describe('a tokenizer that cannot be used', () => {
  const fails = (message: RegExp): Promise<void> =>
    expect(openTokenizer(dir)).rejects.toMatchObject({
      code: 'TOKENIZER_INVALID',
      message: expect.stringMatching(message) as string,
    });

  it('is missing', () => fails(/neither tokenizer\.json nor vocab\.json/));

  it('is not JSON', async () => {
    await writeFile(join(dir, 'tokenizer.json'), '{"model":');
    await fails(/tokenizer\.json is not valid JSON/);
  });

  it('has no model', async () => {
    await writeJson('tokenizer.json', { version: '1.0' });
    await fails(/tokenizer\.json: model: .*expected object/);
  });

  it('has parts that the library does not know', async () => {
    await writeJson('tokenizer.json', { ...definition, normalizer: { type: 'Sorcery' } });
    await fails(/tokenizer\.json: .*Sorcery/);
  });

  it('puts no begin and end around a text', async () => {
    await writeJson('tokenizer.json', { ...definition, post_processor: null });
    await fails(/expected a begin and an end token around a text, found \[\]/);
  });

  it('has more ids than the model has embeddings', async () => {
    await writeJson('tokenizer.json', definition);
    await writeJson('config.json', { model_type: 'xclip', text_config: { vocab_size: 2513 } });
    await fails(/the highest token id is 2513, but text_config\.vocab_size is 2513/);
  });

  it('lacks a special token', async () => {
    await writeVocabAndMerges();
    await writeJson('vocab.json', { a: 0 });
    await fails(/vocab\.json: expected <\|startoftext\|>, found nothing/);
  });

  it('has a line in merges.txt that is no pair', async () => {
    await writeVocabAndMerges();
    await writeFile(join(dir, 'merges.txt'), '#version: 0.2\na b\nalone\n');
    await fails(/merges\.txt: line 3/);
  });

  it('is asked for no text at all', async () => {
    await writeJson('tokenizer.json', definition);
    const tokenizer = await openTokenizer(dir);
    expect(() => tokenizer.encode([])).toThrow(expect.objectContaining({ code: 'TOKENIZER_TEXT_INVALID' }));
  });
});
