import { describe, expect, it } from 'vitest';
import { isModelId, readPullOptions } from '../../src/pull/options.js';

const invalid = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) as string });

describe('the options of a pull', () => {
  it('have the hub, the main branch and the published model as defaults', () => {
    expect(readPullOptions(undefined, {}, { ACTIONWIRE_CACHE_DIR: '/cache' })).toMatchObject({
      id: 'nielsr/xclip-base-patch16-ucf-4-shot',
      revision: 'main',
      hubUrl: 'https://huggingface.co',
      offline: false,
      cacheDir: '/cache',
    });
  });

  it('come from the environment that Hugging Face uses; the command line wins', () => {
    const env = { HF_TOKEN: 'hf_env', HF_ENDPOINT: 'https://mirror.example/hub/', HF_HUB_OFFLINE: '1' };
    const read = readPullOptions('a/b', { token: 'hf_flag' }, env);
    expect(read).toMatchObject({ token: 'hf_flag', hubUrl: 'https://mirror.example/hub', offline: true });
  });

  it.each(['a', 'a/b/c', '../b', 'a/..', 'a/b--c', 'a/b..c', '.a/b', 'a/b c', 'http://x/y', 'datasets/a/b', ''])(
    'do not take %j for a model',
    (id) => expect(isModelId(id)).toBe(false),
  );

  it.each(['../x', 'a b', '-x', '', 'a..b', 'x\n'])('do not take %j for a revision', (revision) => {
    expect(() => readPullOptions('a/b', { revision }, {})).toThrow(invalid(/--revision/));
  });

  it.each(['secret', 'hf_', 'hf_se cret', 'hf_secret\nX: y'])(
    'do not take %j for a token, and do not repeat it',
    (token) => {
      const read = (): unknown => readPullOptions('a/b', { token }, {});
      expect(read).toThrow(invalid(/--token or HF_TOKEN/));
      expect(read).not.toThrow(/secret/);
    },
  );

  it.each(['ftp://x', 'x', 'https://user:password@x', 'https://x?y=z'])('do not take %j for a hub', (HF_ENDPOINT) => {
    const read = (): unknown => readPullOptions('a/b', {}, { HF_ENDPOINT });
    expect(read).toThrow(invalid(/HF_ENDPOINT/));
    expect(read).not.toThrow(/password@/);
  });

  it('send a token over https or to this machine alone', () => {
    const read = (HF_ENDPOINT: string): unknown => readPullOptions('a/b', { token: 'hf_x' }, { HF_ENDPOINT });
    expect(() => read('http://mirror.example')).toThrow(invalid(/only sent over https/));
    expect(() => read('http://127.0.0.1.example')).toThrow(invalid(/only sent over https/));
    expect(read('http://127.0.0.1:8080')).toMatchObject({ token: 'hf_x' });
  });
});
