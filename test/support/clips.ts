/** Real human-action videos for extra tests: not part of the project, beside it where present. */
import { existsSync } from 'node:fs';

const folder = '../shared/clips';

/** Path of a real clip, or `undefined` (and a word about it) when the folder is not there. */
export function realClip(name: string): string | undefined {
  const path = `${folder}/${name}`;
  if (existsSync(path)) return path;
  console.warn(`tests with the real clip ${name} are skipped: ${folder} is not present`);
  return undefined;
}
