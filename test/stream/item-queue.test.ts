import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame, StreamItem } from '../../src/core/types.js';
import { ItemQueue } from '../../src/stream/item-queue.js';

const pixels = new Uint8Array(3);
const frame = (index: number): StreamItem => ({
  kind: 'frame',
  frame: { streamId: 'c', index, ptsMs: index, capturedAtMs: 0, width: 1, height: 1, pixels },
});
const state: StreamItem = { kind: 'state', state: { streamId: 'c', status: 'lost', atMs: 0, attempt: 1 } };
const label = (item: StreamItem): string => (item.kind === 'frame' ? String(item.frame.index) : item.kind);

async function drain(queue: ItemQueue): Promise<string[]> {
  queue.close();
  const labels = [];
  for (let item = await queue.shift(); item !== undefined; item = await queue.shift()) labels.push(label(item));
  return labels;
}

function liveQueue(maxItems: number): { queue: ItemQueue; dropped: number[] } {
  const dropped: number[] = [];
  const onDrop = (lost: Frame): void => void dropped.push(lost.index);
  return { queue: new ItemQueue({ maxItems, dropOldest: true, onDrop }), dropped };
}

describe('ItemQueue', () => {
  it('gives items in order, also to a consumer that waits', async () => {
    const { queue } = liveQueue(4);
    const first = queue.shift();
    queue.push(frame(1));
    queue.push(state);
    expect(label((await first)!)).toBe('1');
    expect(await drain(queue)).toEqual(['state']);
  });

  it('wakes a waiting consumer when closed', async () => {
    const { queue } = liveQueue(4);
    const waiting = queue.shift();
    queue.close();
    expect(await waiting).toBeUndefined();
  });

  it('drops the oldest frames, counts them, and leaves one gap where they were', async () => {
    const { queue, dropped } = liveQueue(4);
    for (let i = 0; i < 7; i++) queue.push(frame(i));
    expect(dropped).toEqual([0, 1, 2, 3]);
    expect(await drain(queue)).toEqual(['gap', '4', '5', '6']);
  });

  it('keeps states when frames can go', async () => {
    const { queue } = liveQueue(3);
    for (const item of [state, frame(0), frame(1), state]) queue.push(item);
    expect(await drain(queue)).toEqual(['state', 'gap', 'state']);
  });

  it('does not drop in replay mode', async () => {
    const onDrop = (): never => {
      throw new Error('dropped');
    };
    const queue = new ItemQueue({ maxItems: 2, dropOldest: false, onDrop });
    for (let i = 0; i < 10; i++) queue.push(frame(i));
    expect(await drain(queue)).toHaveLength(10);
  });

  it('stays bounded and never joins frames across a drop, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 60 }),
        fc.integer({ min: 2, max: 8 }),
        async (kinds, max) => {
          const { queue } = liveQueue(max);
          kinds.forEach((isFrame, i) => {
            queue.push(isFrame ? frame(i) : state);
            expect(queue.length).toBeLessThanOrEqual(max);
          });
          const delivered = await drain(queue);
          const sent = kinds.flatMap((isFrame, i) => (isFrame ? [String(i)] : []));
          let previous: string | undefined;
          for (const item of delivered) {
            if (item === 'gap') previous = undefined;
            if (!/^\d+$/.test(item)) continue;
            if (previous !== undefined) expect(sent.indexOf(item)).toBe(sent.indexOf(previous) + 1);
            previous = item;
          }
        },
      ),
    );
  });
});
