/** Remembers which frames of each stream an inference process has seen, so that only the new ones are sent. */
import type { Window, WindowPlace } from '../core/types.js';

/** What has to be sent of a window. */
export interface Continuation {
  /** Whether the stream's state begins anew: all T frames are sent then. */
  readonly restart: boolean;
  /** How many frames at the window's end are to be encoded, 1..T. */
  readonly newFrames: number;
}

export class StreamPositions {
  readonly #reached = new Map<string, WindowPlace>();

  /**
   * A window goes on where the stream's last one stopped when both lie in one unbroken run of frames and the newer holds every frame
   * since, which may be up to T: windows that were dropped between them lose nothing. Anything else restarts the stream.
   * The window counts as seen from now on.
   */
  advance({ streamId, place, frameCount }: Window): Continuation {
    const before = this.#reached.get(streamId);
    if (place === undefined) this.#reached.delete(streamId);
    else this.#reached.set(streamId, place);
    const ahead = before?.run === place?.run ? (place?.newestFrame ?? 0) - (before?.newestFrame ?? Infinity) : 0;
    const continues = ahead > 0 && ahead <= frameCount;
    return { restart: !continues, newFrames: continues ? ahead : frameCount };
  }

  /** The stream's next window restarts it. */
  forget(streamId: string): void {
    this.#reached.delete(streamId);
  }
}
