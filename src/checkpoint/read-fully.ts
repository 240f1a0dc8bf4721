/** Fills a buffer from a weight file. */
import type { FileHandle } from 'node:fs/promises';
import { ActionwireError } from '../core/errors.js';

/** `name`: the tensor that lies there. @throws CHECKPOINT_TENSOR_RANGE when the file ends inside it */
export async function readFully(file: FileHandle, target: Uint8Array, position: number, name: string): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await file.read(target, done, target.length - done, position + done);
    if (bytesRead === 0)
      throw new ActionwireError('CHECKPOINT_TENSOR_RANGE', `Tensor ${name}: the file ends inside it.`);
    done += bytesRead;
  }
}
