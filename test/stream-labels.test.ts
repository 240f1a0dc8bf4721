import { describe, expect, it } from 'vitest';
import { mustBeStreams } from '../src/stream-labels.js';

describe('labels of single streams', () => {
  it('are accepted for streams that there are', () => {
    expect(() => mustBeStreams({ front: ['a', 'b'] }, ['front', 'yard'])).not.toThrow();
    expect(() => mustBeStreams({ yrad: ['a', 'b'] }, ['front', 'yard'])).toThrow(/--stream-labels: .*"yrad"/);
  });

  it('show no password of a source that was given in the place of a name', () => {
    expect(() => mustBeStreams({ 'rtsp://user:hunter2@cam/live': ['a', 'b'] }, ['front'])).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.not.stringContaining('hunter2') as string }),
    );
  });
});
