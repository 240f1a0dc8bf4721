/** Numbers from a seed, the same here and in test/reference/seeded.py: a hash of the index, no state. */

/** FNV-1a of the name, mixed with the seed; 32 bits. */
function nameSeed(name: string, seed: number): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(name)) value = Math.imul(value ^ byte, 0x01000193);
  return (value ^ Math.imul(seed, 0x9e3779b1)) >>> 0;
}

/** Hashes one 32-bit word. */
function hash(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0xd35a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** The range of a tensor's numbers: offset plus or minus scale. Nothing is zero, so that every tensor matters. */
function scaleAndOffset(name: string, shape: readonly number[], alpha: number): { scale: number; offset: number } {
  if (name === 'logit_scale') return { scale: 0, offset: 2.6592 };
  if (name === 'prompts_generator.alpha') return { scale: 0.3 * alpha, offset: alpha };
  if (name === 'prompts_visual_projection') return { scale: Math.sqrt(3 / shape[0]!), offset: 0 };
  if (shape.length === 1) return name.endsWith('.weight') ? { scale: 0.25, offset: 1 } : { scale: 0.2, offset: 0 };
  if (!name.includes('patch_embedding') && name.includes('embedding')) return { scale: 0.5, offset: 0 };
  return { scale: Math.sqrt(3 / shape.slice(1).reduce((product, size) => product * size, 1)), offset: 0 };
}

/** Elements `start` to `start + count` of a float32 tensor, uniform in its range. */
export function seededPart(
  { name, shape, seed, alpha }: { name: string; shape: readonly number[]; seed: number; alpha: number },
  start: number,
  count: number,
): Float32Array {
  const { scale, offset } = scaleAndOffset(name, shape, alpha);
  const base = nameSeed(name, seed);
  const part = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    part[index] = offset + scale * ((hash((base + start + index) | 0) >>> 8) * 2 ** -23 - 1);
  }
  return part;
}

/** uint8 `[batch, frames, edge, edge, 3]` of noise, brighter towards one corner of each picture. */
export function seededFrames(seed: number, pictures: number, edge: number): Uint8Array {
  const base = nameSeed('frames', seed);
  return Uint8Array.from({ length: pictures * edge * edge * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    const ramp = Math.floor((((pixel % edge) + (Math.floor(pixel / edge) % edge)) * 255) / (2 * edge));
    return ((hash((base + index) | 0) & 0xff) + ramp) >> 1;
  });
}

/** int64 `[labels, sequence]`: begin token, words, end token (the highest id), and end tokens as padding. */
export function seededIds(seed: number, labels: number, sequence: number, vocabulary: number): BigInt64Array {
  const base = nameSeed('ids', seed);
  return BigInt64Array.from({ length: labels * sequence }, (_, index) => {
    const [row, column] = [Math.floor(index / sequence), index % sequence];
    if (column >= sequence - 1 - (row % (sequence - 2))) return BigInt(vocabulary - 1);
    return BigInt(column === 0 ? vocabulary - 2 : hash((base + index) | 0) % (vocabulary - 2));
  });
}
