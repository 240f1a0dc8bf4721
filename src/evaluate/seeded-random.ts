/** Random numbers that depend on a seed and a clip only, so that neither order nor a resumed run changes a score. */
import { createHash } from 'node:crypto';
import type { Random } from './frame-indices.js';

/** The numbers come from SHA-256 of seed, text and a counter, 48 bits each. */
export function seededRandom(seed: number, text: string): Random {
  let count = 0;
  return () => {
    const digest = createHash('sha256').update(`${seed}\0${count++}\0${text}`).digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  };
}
