/** Replaces a file as a whole: readers see the old one or the new one, never a part. */
import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  await replaceAtomically(path, (temporary) => writeFile(temporary, content));
}

/** `write` makes the new file under the name it is given; of one that was not finished nothing is left. */
export async function replaceAtomically(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await write(temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
