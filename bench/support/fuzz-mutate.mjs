/** Damages a recording in the way that a seed and a number decide: one to three of the mutations below, one after another. */
import { randomBelow } from './random.mjs';

const HEADER_BYTES = 4096;
const BLOCK_BYTES = 4096;

/** Lengths, counts and sizes that parsers get wrong: none, one, the signed and unsigned limits and their neighbours. */
const awkward = [0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fff_ffffn, 0x8000_0000n];
const limits = [...awkward, 0xffff_fffen, 0xffff_ffffn, 0x7fff_ffff_ffff_ffffn, 0xffff_ffff_ffff_ffffn];

/** Each takes bytes it may change, `random(below)` and the bytes of another recording, and answers the damaged bytes. */
const mutations = {
  flip(bytes, random) {
    for (let left = 1 + random(64); left > 0; left--) bytes[random(bytes.length)] ^= 1 << random(8);
    return bytes;
  },
  truncate: (bytes, random) => bytes.subarray(0, random(bytes.length)),
  duplicate(bytes, random) {
    const [from, to] = block(bytes, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, to), bytes.subarray(to)]);
  },
  swap(bytes, random) {
    const length = 1 + random(Math.min(BLOCK_BYTES, bytes.length >> 1));
    const [a, b] = [random(bytes.length - length + 1), random(bytes.length - length + 1)];
    const first = Buffer.from(bytes.subarray(a, a + length));
    bytes.copyWithin(a, b, b + length);
    bytes.set(first, b);
    return bytes;
  },
  zero(bytes, random) {
    const [from, to] = block(bytes, random);
    return bytes.fill(0, from, to);
  },
  header(bytes, random) {
    for (let left = 1 + random(4); left > 0; left--) setField(bytes, random);
    return bytes;
  },
  splice: (bytes, random, other) =>
    Buffer.concat([bytes.subarray(0, random(bytes.length)), other.subarray(random(other.length))]),
};

const names = Object.keys(mutations);

/**
 * @param {{name: string, bytes: Buffer}[]} seeds taken in turn
 * @param {number} seed @param {number} number from 0
 * @returns {{container: string, mutations: string, bytes: Buffer}} the same for the same arguments
 */
export function damaged(seeds, seed, number) {
  const random = randomBelow(seed, number);
  const { name: container, bytes } = seeds[number % seeds.length];
  const applied = Array.from({ length: 1 + random(3) }, () => names[random(names.length)]);
  const result = applied.reduce((current, name) => {
    if (current.length < 2) return current;
    return mutations[name](current, random, seeds[random(seeds.length)].bytes);
  }, Buffer.from(bytes));
  return { container, mutations: applied.join('+'), bytes: result };
}

function block(bytes, random) {
  const from = random(bytes.length);
  return [from, Math.min(bytes.length, from + 1 + random(BLOCK_BYTES))];
}

/** Writes an awkward or random number of 1, 2, 4 or 8 bytes, either end first, into the first 4 KiB. */
function setField(bytes, random) {
  const width = Math.min(1 << random(4), bytes.length);
  const value = random(2) === 0 ? limits[random(limits.length)] : BigInt(random(2 ** 32));
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(value);
  const digits = field.subarray(0, width);
  if (random(2) === 0) digits.reverse();
  bytes.set(digits, random(Math.min(HEADER_BYTES, bytes.length) - width + 1));
}
