import { describe, expect, it } from 'vitest';
import { expandVariables } from '../src/source-variables.js';

const env = {
  CAMERA_USER: 'joe',
  CAMERA_PASSWORD: 'p@s/s?#%20',
  TOKEN: 'a&b',
  HOST: 'cam:554',
  URL: 'rtsp://cam/x',
  EMPTY: '',
};

describe('expandVariables', () => {
  it.each([
    ['rtsp://${CAMERA_USER}:${CAMERA_PASSWORD}@host/s', 'rtsp://joe:p%40s%2Fs%3F%23%2520@host/s'],
    ['http://${HOST}/s?token=${TOKEN}', 'http://cam:554/s?token=a%26b'],
    ['${URL}', 'rtsp://cam/x'],
    ['clip$1{x}.mp4', 'clip$1{x}.mp4'],
  ])('%s -> %s', (text, expanded) => expect(expandVariables(text, env)).toBe(expanded));

  it.each(['MISSING', 'EMPTY'])('names %s, which is not set', (name) => {
    expect(() => expandVariables(`rtsp://u:\${${name}}@h/`, env)).toThrow(
      expect.objectContaining({ code: 'SOURCE_INVALID', message: expect.stringContaining(name) as string }),
    );
  });
});
