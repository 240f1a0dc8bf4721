/** Random numbers that a seed decides, for damage and loads that must be made again exactly. */
import { createHash } from 'node:crypto';

/** @param {...(string | number)} seed @returns {(below: number) => number} whole numbers from 0 up to, not including, `below` (at most 2^32) */
export function randomBelow(...seed) {
  let state = createHash('sha256').update(seed.join('/')).digest().readUInt32LE(0);
  // Mulberry32: 32 bits of state, every one of its 2^32 values once.
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
