/** Reads clips one after the other, the next while one is used, and says which could not be read. */
import { errorCatalogue, type ErrorCode } from '../core/error-catalogue.js';
import { ActionwireError } from '../core/errors.js';
import type { PicturesRead } from '../core/picture.js';
import type { ClipEntry } from './list/clip-list.js';
import { prefetch } from './prefetch.js';
import { clipIndices, type Protocol } from './protocol.js';
import { views } from './views.js';

/** Reads the pictures that `choose` names, given how many there are. Rejects with a `SOURCE_` code for a bad clip. */
export type ReadPictures = (
  file: string,
  choose: (total: number) => readonly number[],
  signal: AbortSignal,
) => Promise<PicturesRead>;

/** What has been read of a clip, or why it could not be. */
export type ClipReading<Clip> = { readonly clip: Clip } & (
  | {
      /** One window for each view of the protocol, `frames x height x width x 3`; made when asked for. */
      readonly windows: () => Generator<Uint8Array>;
      /** Pictures in the clip. */
      readonly pictures: number;
    }
  | { readonly error: ActionwireError }
);

/** Clips that are read ahead while another is used: each holds its pictures in memory. */
const readAhead = 1;

/** In the clips' order; ends early, without an error, when `signal` aborts. @throws what is no fault of a clip */
export function readClips<Clip extends Pick<ClipEntry, 'path' | 'file'>>(
  clips: readonly Clip[],
  protocol: Protocol,
  read: ReadPictures,
  signal: AbortSignal,
): AsyncGenerator<ClipReading<Clip>> {
  return prefetch(clips, readAhead, (clip, stop) => readClip(clip, protocol, read, stop), signal);
}

async function readClip<Clip extends Pick<ClipEntry, 'path' | 'file'>>(
  clip: Clip,
  protocol: Protocol,
  read: ReadPictures,
  signal: AbortSignal,
): Promise<ClipReading<Clip>> {
  let indices: number[][] = [];
  const choose = (total: number): number[] => (indices = clipIndices(protocol, total, clip.path)).flat();
  try {
    const pictures = await read(clip.file, choose, signal);
    return { clip, windows: () => views(protocol, indices, pictures), pictures: pictures.total };
  } catch (error) {
    if (isClipFault(error)) return { clip, error };
    throw error;
  }
}

/** A clip's own fault has the code of a source. */
function isClipFault(error: unknown): error is ActionwireError {
  return error instanceof ActionwireError && sourceCodes.has(error.code);
}

const sourceCodes = new Set((Object.keys(errorCatalogue) as ErrorCode[]).filter((code) => code.startsWith('SOURCE_')));
