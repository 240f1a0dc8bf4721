/** Texts to token ids, exactly as transformers' CLIPTokenizer with padding and truncation. */
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import { ActionwireError } from '../core/errors.js';
import { readModelConfig } from './model-files.js';
import { readTokenizerFiles, type TokenizerFiles } from './tokenizer-files.js';

/** What is used of the library's class; its own types cannot be resolved by Node's rules (imports without extensions). */
interface Encoder {
  encode(text: string): { readonly ids: readonly number[] };
  token_to_id(token: string): number | undefined;
  get_vocab(): ReadonlyMap<string, number>;
}
const EncoderClass = LibraryTokenizer as unknown as new (definition: object, configuration: object) => Encoder;

/** Ids row by row, ready for the text graph: `inputIds` holds `shape[0] * shape[1]` of them. */
export interface TokenBatch {
  readonly inputIds: BigInt64Array;
  /** Texts, tokens of the longest text. */
  readonly shape: readonly [number, number];
}

export interface Tokenizer {
  /** Number of ids, special tokens included. */
  readonly vocabularySize: number;
  /** Longest text in tokens, begin and end included; longer ones are cut and keep their end token. */
  readonly maxLength: number;
  /** Token ids with begin and end tokens, padded to the longest. Throws `TOKENIZER_TEXT_INVALID` for an empty list. */
  encode(texts: readonly string[]): TokenBatch;
}

/** Opens the tokenizer of a model folder; its sizes say how long a text may be and how many ids there are. */
export async function openTokenizer(dir: string): Promise<Tokenizer> {
  const { text } = await readModelConfig(dir);
  const files = await readTokenizerFiles(dir);
  const encoder = createEncoder(files.definition);
  const vocabularySize = checkVocabulary(encoder, text.vocabularySize);
  const end = checkFrame(encoder.encode('').ids);
  const pad = files.padToken === undefined ? end : (encoder.token_to_id(files.padToken) ?? end);
  const maxLength = Math.min(text.positions, files.maxLength ?? text.positions);
  const encode = (texts: readonly string[]): TokenBatch => {
    const rows = texts.map((value) => truncate(encoder.encode(prepare(value)).ids, maxLength, end));
    return padToLongest(rows, pad);
  };
  return { vocabularySize, maxLength, encode };
}

/**
 * Evens out two differences between the library and the Rust tokenizers that transformers uses. JavaScript lower-cases
 * a final capital sigma to its own letter, Rust goes letter by letter. And the library takes a special token written in
 * capitals for the special token, because it compares after lower-casing; a space behind it prevents that.
 */
function prepare(text: string): string {
  const inCapitals = (match: string): string => (match === match.toLowerCase() ? match : `${match} `);
  return text.replaceAll('\u03a3', '\u03c3').replaceAll(/<\|(?:start|end)oftext\|>/gi, inCapitals);
}

function createEncoder(definition: TokenizerFiles['definition']): Encoder {
  try {
    // The library's own configuration would only add behaviour that CLIP does not have.
    return new EncoderClass(definition, {});
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ActionwireError('TOKENIZER_INVALID', `tokenizer.json: ${reason}`, { cause });
  }
}

/** Every id must have a row in the token embedding. */
function checkVocabulary(encoder: Encoder, rows: number): number {
  let highest = -1;
  for (const id of encoder.get_vocab().values()) highest = Math.max(highest, id);
  if (highest < rows) return highest + 1;
  const problem = `the highest token id is ${highest}, but text_config.vocab_size is ${rows}`;
  throw new ActionwireError('TOKENIZER_INVALID', `tokenizer.json: ${problem}.`);
}

/** An empty text must be a begin and an end token; returns the end token's id. */
function checkFrame(ids: readonly number[]): number {
  const [begin, end] = ids;
  if (ids.length === 2 && begin !== undefined && end !== undefined && end >= 0) return end;
  const found = `found [${ids.join(', ')}]`;
  throw new ActionwireError(
    'TOKENIZER_INVALID',
    `tokenizer.json: expected a begin and an end token around a text, ${found}.`,
  );
}

function truncate(ids: readonly number[], maxLength: number, end: number): readonly number[] {
  return ids.length <= maxLength ? ids : [...ids.slice(0, maxLength - 1), end];
}

function padToLongest(rows: readonly (readonly number[])[], pad: number): TokenBatch {
  const length = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  if (length === 0) throw new ActionwireError('TOKENIZER_TEXT_INVALID', 'Expected at least one text, found none.');
  const inputIds = new BigInt64Array(rows.length * length).fill(BigInt(pad));
  rows.forEach((row, index) => inputIds.set(row.map(BigInt), index * length));
  return { inputIds, shape: [rows.length, length] };
}
