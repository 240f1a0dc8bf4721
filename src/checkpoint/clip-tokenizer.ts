/**
 * The CLIP tokenizer as a tokenizer.json document, for folders that only have vocab.json and merges.txt. The same pipeline
 * as `CLIPTokenizer` in tokenization_clip.py of transformers 5 (Apache-2.0).
 */
import { ActionwireError } from '../core/errors.js';

export const BOS = '<|startoftext|>';
export const EOS = '<|endoftext|>';

/** How CLIP cuts text into words before byte-pair encoding; each digit stands alone. */
const words = String.raw`<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`;

export type Vocabulary = Readonly<Record<string, number>>;

/** `merges` are pairs in order of rank. The vocabulary must hold both special tokens. */
export function clipDefinition(vocab: Vocabulary, merges: readonly (readonly [string, string])[]): object {
  const special = [BOS, EOS].map((content) => ({
    content,
    id: vocab[content] ?? -1,
    special: true,
    normalized: false,
  }));
  return {
    added_tokens: special,
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: String.raw`\s+` }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: words }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: 'RobertaProcessing',
      sep: [EOS, vocab[EOS]],
      cls: [BOS, vocab[BOS]],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', vocab, merges, unk_token: EOS, continuing_subword_prefix: '', end_of_word_suffix: '</w>' },
  };
}

/** The pairs of a merges.txt: one per line, the first line is a version comment. Throws `TOKENIZER_INVALID`. */
export function parseMerges(text: string): (readonly [string, string])[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line === '' || (index === 0 && line.startsWith('#version'))) return [];
    const [first, second, ...rest] = line.split(' ');
    if (first !== undefined && second !== undefined && rest.length === 0) return [[first, second] as const];
    throw new ActionwireError(
      'TOKENIZER_INVALID',
      `merges.txt: line ${index + 1}: expected two tokens and a space between.`,
    );
  });
}
