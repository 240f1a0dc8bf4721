import { describe, expect, it } from 'vitest';
import { groupItems } from '../../../src/infer/worker/group-items.js';

/** `a2 b2` -> items of streams a and b with two frames each; a frame is one byte. */
const groups = (text: string, maxFrames = 8): string =>
  groupItems(
    text.split(' ').map((one) => ({
      streamId: one[0]!,
      restart: false,
      keep: true,
      pixels: new Uint8Array(parseInt(one.slice(1))),
      vocabulary: one.includes('*') ? 1 : 0,
    })),
    1,
    maxFrames,
  )
    .map(
      ({ newFrames, members }) =>
        `${newFrames}:${members.map(({ item, place }) => `${item.streamId}${place}`).join('')}`,
    )
    .join(' ');

describe('groupItems', () => {
  it.each([
    ['a2 b2 c2', '2:a0b1c2', 'puts equally many frames together'],
    ['a2 b4 c2', '2:a0c2 4:b1', 'keeps different numbers of frames apart'],
    ['a4 b4 c4', '4:a0b1 4:c2', 'holds a run to the frames of a window'],
    ['a8 b8', '8:a0 8:b1', 'also where one item fills it'],
    ['a2 b2 a2', '2:a0b1 2:a2', 'keeps the order of one stream'],
    ['a2 b2* c2', '2:a0b1c2', 'puts those of other vocabularies (*) together too'],
  ])('%s -> %s: %s', (items, expected) => {
    expect(groups(items)).toBe(expected);
  });
});
