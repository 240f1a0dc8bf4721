import { describe, expect, it } from 'vitest';
import type { Window, WindowPlace } from '../../src/core/types.js';
import { StreamPositions } from '../../src/infer/stream-positions.js';
import { tinyWindow } from './support/windows.js';

/** A window of 2 frames. */
const at = (newestFrame: number, run = 0, streamId = 's'): Window => ({
  ...tinyWindow(0, streamId),
  place: { run, newestFrame },
});
const whole = { restart: true, newFrames: 2 };

describe('StreamPositions', () => {
  it('starts a stream with the whole window and goes on with the new frames only', () => {
    const positions = new StreamPositions();
    expect([1, 2, 4].map((frame) => positions.advance(at(frame)))).toEqual([
      whole,
      { restart: false, newFrames: 1 },
      { restart: false, newFrames: 2 },
    ]);
  });

  it.each<[string, WindowPlace | undefined]>([
    ['after a gap, though the frames are numbered on', { run: 1, newestFrame: 3 }],
    ['when more frames were missed than a window holds', { run: 0, newestFrame: 4 }],
    ['for the same window again', { run: 0, newestFrame: 1 }],
    ['for an older window', { run: 0, newestFrame: 0 }],
    ['for a window that continues nothing', undefined],
  ])('restarts %s', (_, place) => {
    const positions = new StreamPositions();
    positions.advance(at(1));
    const loose = tinyWindow(0);
    expect(positions.advance(place === undefined ? loose : { ...loose, place })).toEqual(whole);
  });

  it('does not go on from a window that had no place', () => {
    const positions = new StreamPositions();
    positions.advance(at(1));
    positions.advance(tinyWindow(0));
    expect(positions.advance(at(2))).toEqual(whole);
  });

  it('keeps streams apart and forgets one alone', () => {
    const positions = new StreamPositions();
    for (const id of ['a', 'b']) positions.advance(at(1, 0, id));
    positions.forget('a');
    expect(positions.advance(at(2, 0, 'a'))).toEqual(whole);
    expect(positions.advance(at(2, 0, 'b'))).toEqual({ restart: false, newFrames: 1 });
  });
});
