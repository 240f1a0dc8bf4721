import { describe, expect, it } from 'vitest';
import { mustBeReplayable, nameSources } from '../src/source-names.js';

const ids = (...texts: string[]): string[] => nameSources(texts).map(({ id }) => id);

describe('nameSources', () => {
  it('uses the name the user gives', () => {
    expect(ids('front=rtsp://cam/live', 'yard=test:')).toEqual(['front', 'yard']);
  });

  it('makes names from hosts, files and kinds, never from credentials', () => {
    expect(ids('rtsp://admin:s3cret@10.0.0.5:554/live', 'videos/my clip.mp4', 'test:', 'webcam:0')).toEqual([
      '10.0.0.5',
      'my-clip',
      'test',
      'webcam',
    ]);
  });

  it('keeps names apart', () => {
    expect(ids('test:', 'test:', 'test:')).toEqual(['test', 'test-2', 'test-3']);
    expect(() => ids('a=test:', 'a=test:')).toThrow(expect.objectContaining({ code: 'SOURCE_INVALID' }));
  });

  it.each(['küche', 'front.door', '1', 'двор', 'ku\u0308che'])('accepts the name %s', (name) => {
    expect(nameSources([`${name}=rtsp://joe:pw@host/x`])).toMatchObject([{ id: name, displayUrl: 'rtsp://host/x' }]);
  });

  it('refuses a URL behind something that is no name, without quoting it', () => {
    const refusal = expect.objectContaining({
      code: 'SOURCE_INVALID',
      message: expect.not.stringMatching(/hunter2/) as string,
    }) as unknown;
    expect(() => ids('my cam=rtsp://joe:hunter2@host/x')).toThrow(refusal);
  });

  it.each(['test:', 'webcam:0', 'rtsp://cam/x', 'http://cam/x'])('does not replay %s', (text) => {
    expect(() => mustBeReplayable(nameSources(['clip.mp4', text]))).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('files only') as string }),
    );
  });

  it('does not take a query for a name', () => {
    expect(ids('http://camera/stream?id=1')).toEqual(['camera']);
  });
});
