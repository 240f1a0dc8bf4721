/** Bytes that look random and are the same for the same seed: a disk image of noise. */
import { createHash } from 'node:crypto';

export function noiseBytes(seed: number | string, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(String(seed)).digest();
}
