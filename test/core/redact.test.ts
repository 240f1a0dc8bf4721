import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactText, redactUrl, urlSecrets } from '../../src/core/redact.js';

describe('redactUrl', () => {
  it.each([
    ['rtsp://user:pw@cam/stream', 'rtsp://cam/stream'],
    ['rtsp://user@cam:554/stream', 'rtsp://cam:554/stream'],
    ['rtsp://user:p@ss:w%23rd@cam/a@b', 'rtsp://cam/a@b'],
    ['http://cam/video.cgi?user=admin&pwd=geheim&res=hd', 'http://cam/video.cgi?user=***&pwd=***&res=***'],
    ['http://cam/live?access_token=abc#x', 'http://cam/live?access_token=***#x'],
    ['http://cam/s?loginuse=admin&loginpas=hunter2', 'http://cam/s?loginuse=***&loginpas=***'],
    ['https://b/x.mp4?X-Amz-Signature=abc', 'https://b/x.mp4?X-Amz-Signature=***'],
    ['rtsp://[fe80::1]:554/s', 'rtsp://[fe80::1]:554/s'],
    ['/home/me/a:b@c.mp4', '/home/me/a:b@c.mp4'],
  ])('%s -> %s', (url, shown) => expect(redactUrl(url)).toBe(shown));
});

describe('redactText', () => {
  it('removes the user information of URLs inside a sentence', () => {
    expect(redactText('cannot open rtsp://u:p@cam/x: refused')).toBe('cannot open rtsp://***@cam/x: refused');
  });

  it('hides the query values of a URL, and of nothing else', () => {
    expect(redactText('http://c/x?loginpas=hunter2 or test:?fps=25')).toBe('http://c/x?loginpas=*** or test:?fps=25');
  });

  it('removes a password that contains a slash or an at-sign', () => {
    expect(redactText("failed: 'rtsp://u:a/b@c@cam/x'")).toBe("failed: 'rtsp://***@cam/x'");
  });

  it('removes given secrets in raw and encoded spelling', () => {
    expect(redactText('tried p@ss and p%40ss', ['p@ss'])).toBe('tried *** and ***');
  });

  it('leaves text without secrets alone', () => {
    expect(redactText('Connection refused (10.0.0.1:554)')).toBe('Connection refused (10.0.0.1:554)');
  });
});

describe('any user name and password', () => {
  const word = fc.string({ minLength: 1, maxLength: 20 });

  it('never survive redactUrl and redactText once percent-encoded', () => {
    fc.assert(
      fc.property(word, word, (user, password) => {
        const name = `U${user}U`;
        const secret = `S${password}S`;
        const url = `rtsp://${encodeURIComponent(name)}:${encodeURIComponent(secret)}@cam/x`;
        expect(redactUrl(url)).toBe('rtsp://cam/x');
        expect(urlSecrets(url)).toContain(secret);
        const text = redactText(`${url} with ${secret}`, urlSecrets(url));
        expect(text).not.toContain(secret);
      }),
    );
  });
});
