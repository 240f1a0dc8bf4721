/** Between the decoder and the consumer of a stream: ordered, bounded, and never silently lossy. */
import type { Frame, StreamItem } from '../core/types.js';

export interface ItemQueueOptions {
  /** Beyond this many items the oldest frames make room (live mode); in replay mode credits bound the queue instead. */
  readonly maxItems: number;
  readonly dropOldest: boolean;
  /** Called for every frame thrown away. */
  readonly onDrop: (frame: Frame) => void;
}

export class ItemQueue {
  #items: StreamItem[] = [];
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(private readonly options: ItemQueueOptions) {}

  get length(): number {
    return this.#items.length;
  }

  push(item: StreamItem): void {
    if (this.#closed) return;
    this.#items.push(item);
    if (this.options.dropOldest && this.#items.length > this.options.maxItems) this.#makeRoom();
    this.#wake?.();
  }

  /** What is in the queue is still delivered, then `shift` answers undefined. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** The next item, waiting for it; undefined when the queue is closed and empty. One consumer at a time. */
  async shift(): Promise<StreamItem | undefined> {
    while (this.#items.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
    return this.#items.shift();
  }

  /** Throws away the oldest frame and leaves a gap where it was; without any frame, the oldest item of any kind. */
  #makeRoom(): void {
    const at = this.#items.findIndex((item) => item.kind === 'frame');
    const oldest = this.#items[at];
    if (oldest?.kind !== 'frame') {
      this.#items.shift();
      return;
    }
    const { streamId, ptsMs } = oldest.frame;
    const gapBefore = this.#items[at - 1]?.kind === 'gap';
    const gap: StreamItem[] = gapBefore ? [] : [{ kind: 'gap', streamId, reason: 'missing-frames', atPtsMs: ptsMs }];
    this.#items.splice(at, 1, ...gap);
    this.options.onDrop(oldest.frame);
    if (this.#items.length > this.options.maxItems) this.#makeRoom();
  }
}
