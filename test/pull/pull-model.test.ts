/** A pull from a hub on this machine: complete, resumed, refused, offline. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/core/error-catalogue.js';
import { ActionwireError } from '../../src/core/errors.js';
import { findPulled, pullModel, readPullOptions, type Progress, type PulledModel } from '../../src/pull/index.js';
import type { PullOptions } from '../../src/pull/options.js';
import { commit, openHub, type Hub, type HubBehaviour } from './hub-server.js';

const weights = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251));
const files = {
  'README.md': Buffer.from('not needed'),
  'config.json': Buffer.from('{"model_type":"xclip"}'),
  'preprocessor_config.json': Buffer.from('{}'),
  'tokenizer.json': Buffer.alloc(5000, 't'),
  'vocab.json': Buffer.from('{}'),
  'merges.txt': Buffer.from(''),
  'model.safetensors': weights,
  'pytorch_model.bin': Buffer.alloc(2000),
};
const wanted = ['config.json', 'model.safetensors', 'preprocessor_config.json', 'tokenizer.json'];

let cacheDir: string;
const hubs: Hub[] = [];
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'actionwire-pull-'));
});
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.close();
  await rm(cacheDir, { recursive: true, force: true });
});

async function hubWith(behaviour: HubBehaviour = {}, content: Record<string, Buffer> = files): Promise<Hub> {
  const hub = await openHub(content, behaviour);
  hubs.push(hub);
  return hub;
}

function pull(
  hub: Hub | string,
  more: Partial<PullOptions> = {},
  onProgress?: (p: Progress) => void,
): Promise<PulledModel> {
  const hubUrl = typeof hub === 'string' ? hub : hub.url;
  const options = { ...readPullOptions('owner/name', {}, {}), hubUrl, cacheDir, attempts: 3, retryDelayMs: 1 };
  return pullModel({ ...options, ...more }, onProgress ?? (() => undefined));
}

async function failure(promise: Promise<unknown>, code: ErrorCode): Promise<ActionwireError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ActionwireError);
  expect(error).toMatchObject({ code });
  return error as ActionwireError;
}

const folder = (): string => join(cacheDir, 'models', 'owner--name', commit);
const part = (): string => join(folder(), 'model.safetensors.part');
const dataRequests = (hub: Hub): string[] =>
  hub.requests.filter((line) => line.includes('/model.safetensors') && !line.endsWith('bytes=0-0'));

describe('a pull', () => {
  it('fetches what is needed and nothing else, byte for byte, with its progress', async () => {
    const progress: Progress[] = [];
    const pulled = await pull(await hubWith(), {}, (now) => progress.push(now));
    expect(pulled).toEqual({ dir: folder(), commit, from: 'hub' });
    expect((await readdir(folder())).sort()).toEqual([...wanted, 'pull.json'].sort());
    for (const name of wanted) {
      expect(readFileSync(join(folder(), name)).equals(files[name as keyof typeof files]), name).toBe(true);
    }
    const total = wanted.reduce((sum, name) => sum + files[name as keyof typeof files].length, 0);
    expect(progress.at(-1)).toEqual({ file: 'model.safetensors', done: total, total });
    expect(progress.every(({ done }, index) => done >= (progress[index - 1]?.done ?? 0))).toBe(true);
  });

  it('goes on where the connection was cut, three times', async () => {
    const hub = await hubWith({ cuts: [100_000, 0, 50_000] });
    await pull(hub);
    expect(readFileSync(join(folder(), 'model.safetensors')).equals(weights)).toBe(true);
    const ranges = dataRequests(hub).map((line) => /bytes=(\d+)-/.exec(line)?.[1]);
    expect(ranges).toHaveLength(4);
    const starts = ranges.map((start) => Number(start ?? 0));
    expect(starts).toEqual(starts.toSorted((x, y) => x - y));
    expect(starts.at(-1)).toBeGreaterThan(0);
  });

  it('gives up after attempts that bring nothing, and the next pull goes on', async () => {
    const first = await hubWith({ cuts: [40_000, 0, 0, 0] });
    const error = await failure(pull(first), 'HUB_UNREACHABLE');
    expect(error.message).toMatch(/model\.safetensors: .*3 attempts without progress/);
    expect(await findPulled('owner/name', cacheDir)).toBeUndefined();
    const kept = readFileSync(part());
    expect(kept.equals(weights.subarray(0, kept.length))).toBe(true);
    const second = await hubWith();
    await pull(second);
    expect(readFileSync(join(folder(), 'model.safetensors')).equals(weights)).toBe(true);
    if (kept.length > 0) expect(dataRequests(second)[0]).toMatch(`bytes=${kept.length}-${weights.length - 1}`);
  });

  it('does not wait for ever for a server that sends nothing more', async () => {
    const stalled = pull(await hubWith({ stalls: true }), { stallTimeoutMs: 500, attempts: 1 });
    await failure(stalled, 'HUB_UNREACHABLE');
  });

  it('begins no file again that is there already', async () => {
    await failure(pull(await hubWith({ cuts: [0, 0, 0] })), 'HUB_UNREACHABLE');
    const again = await hubWith();
    await pull(again);
    expect(again.requests.filter((line) => line.includes('/resolve/') && !line.includes('/model.safetensors'))).toEqual(
      [],
    );
  });

  it('says that a server cannot resume instead of putting the pieces together wrongly', async () => {
    await mkdir(folder(), { recursive: true });
    await writeFile(part(), weights.subarray(0, 1000));
    const error = await failure(pull(await hubWith({ noRanges: true })), 'HUB_UNREACHABLE');
    expect(error.message).toMatch(/the server cannot resume/);
    expect(readFileSync(part())).toHaveLength(1000);
  });

  it('throws away what has another hash, whole files and resumed ones', async () => {
    const sha256 = 'ab'.repeat(32);
    const error = await failure(
      pull(await hubWith({ claims: { 'model.safetensors': { sha256 } } })),
      'HUB_HASH_MISMATCH',
    );
    expect(error.message).toMatch(new RegExp(`model\\.safetensors: expected ${sha256}, found [0-9a-f]{64}`));
    expect(existsSync(part()) || existsSync(join(folder(), 'model.safetensors'))).toBe(false);
    await writeFile(part(), Buffer.alloc(1000, 'x'));
    await failure(pull(await hubWith()), 'HUB_HASH_MISMATCH');
    await pull(await hubWith());
    expect(await findPulled('owner/name', cacheDir)).toBe(folder());
  });

  it('refuses a file of another size than listed', async () => {
    const hub = await hubWith({ claims: { 'model.safetensors': { size: 299_999 } } });
    const error = await failure(pull(hub), 'HUB_ANSWER_INVALID');
    expect(error.message).toMatch(/has 300000 bytes and is listed with 299999/);
  });

  it.each<[number, ErrorCode]>([
    [401, 'HUB_ACCESS_DENIED'],
    [403, 'HUB_ACCESS_DENIED'],
    [404, 'HUB_NOT_FOUND'],
    [418, 'HUB_ANSWER_INVALID'],
    [500, 'HUB_UNREACHABLE'],
    [429, 'HUB_UNREACHABLE'],
  ])('that is answered with %d ends as %s', async (status, code) => {
    const hub = await hubWith({ status });
    const error = await failure(pull(hub, { token: 'hf_secret' }), code);
    expect(error.message).toMatch(new RegExp(`status ${status}`));
    expect(JSON.stringify([error, error.message, error.hint, error.stack])).not.toContain('hf_secret');
    expect(hub.requests).toHaveLength(code === 'HUB_UNREACHABLE' ? 3 : 1);
  });

  it('of an unknown revision is not found', async () => {
    await failure(pull(await hubWith(), { revision: 'nobody' }), 'HUB_NOT_FOUND');
  });

  it('sends the token to the hub and not to the storage behind it', async () => {
    const storage = await hubWith();
    const hub = await hubWith({ wantedToken: 'hf_secret', storage: storage.url });
    await pull(hub, { token: 'hf_secret' });
    expect(new Set(hub.tokens)).toEqual(new Set(['hf_secret']));
    expect(storage.requests.length).toBeGreaterThan(0);
    expect(storage.tokens).toEqual([]);
    await failure(
      pull(await hubWith({ wantedToken: 'hf_secret' }), { token: 'hf_other', revision: 'v1' }),
      'HUB_ACCESS_DENIED',
    );
  });

  it('without a hub says so', async () => {
    const hub = await openHub(files);
    await hub.close();
    const error = await failure(pull(hub), 'HUB_UNREACHABLE');
    expect(error.message).toMatch(/owner\/name: ECONNREFUSED, 3 attempts/);
  });

  it('of a model without weights or tokenizer says what is missing', async () => {
    const { 'config.json': config, 'preprocessor_config.json': processor, 'tokenizer.json': tokenizer } = files;
    const bare = { 'config.json': config, 'preprocessor_config.json': processor };
    const first = await failure(pull(await hubWith({}, bare)), 'HUB_FILES_MISSING');
    expect(first.message).toMatch(/no tokenizer\.json, or vocab\.json/);
    const second = await failure(
      pull(await hubWith({}, { ...bare, 'tokenizer.json': tokenizer })),
      'HUB_FILES_MISSING',
    );
    expect(second.message).toMatch(/no model\.safetensors or pytorch_model\.bin/);
  });
});

describe('the disk', () => {
  it('is looked at before the first byte', async () => {
    const hub = await hubWith({ claims: { 'model.safetensors': { size: 2 ** 50 } } });
    const error = await failure(pull(hub), 'HUB_DISK_FULL');
    expect(error.message).toMatch(/\d+ bytes are needed, \d+ are free/);
    expect(dataRequests(hub)).toEqual([]);
  });

  // A file that answers every write as a full disk does.
  it.skipIf(!existsSync('/dev/full'))('may fill up on the way', async () => {
    await mkdir(folder(), { recursive: true });
    await symlink('/dev/full', part());
    const error = await failure(pull(await hubWith()), 'HUB_DISK_FULL');
    expect(error.message).toMatch(/model\.safetensors\.part: the disk is full \(ENOSPC\)/);
    await rm(part());
    await pull(await hubWith());
    expect(readFileSync(join(folder(), 'model.safetensors')).equals(weights)).toBe(true);
  });

  it('may refuse to be written', async () => {
    await writeFile(join(cacheDir, 'models'), 'a file where the folder should be');
    await failure(pull(await hubWith()), 'MODEL_CACHE_UNWRITABLE');
  });
});

describe('the cache', () => {
  it('answers for a pinned commit and offline without asking anybody', async () => {
    await pull(await hubWith());
    const silent = await hubWith();
    expect(await pull(silent, { revision: commit })).toEqual({ dir: folder(), commit, from: 'cache' });
    expect(await pull(silent, { offline: true })).toMatchObject({ from: 'cache' });
    expect(silent.requests).toEqual([]);
  });

  it('answers when the hub does not', async () => {
    await pull(await hubWith());
    expect(await pull(await hubWith({ status: 503 }))).toMatchObject({ commit, from: 'cache-unreachable' });
  });

  it('is not enough where a model was never pulled, or not to its end', async () => {
    await failure(pull('http://127.0.0.1:1', { offline: true }), 'HUB_OFFLINE');
    await failure(pull(await hubWith({ cuts: [1000, 0, 0, 0] })), 'HUB_UNREACHABLE');
    await failure(pull('http://127.0.0.1:1', { offline: true }), 'HUB_OFFLINE');
    await failure(pull('http://127.0.0.1:1', { offline: true, revision: commit }), 'HUB_OFFLINE');
  });

  it('finds a model by its id, with a revision behind it if need be', async () => {
    await pull(await hubWith(), { revision: 'v1' });
    expect(await findPulled('owner/name', cacheDir)).toBeUndefined();
    expect(await findPulled('owner/name@v1', cacheDir)).toBe(folder());
    expect(await findPulled(`owner/name@${commit}`, cacheDir)).toBe(folder());
    for (const id of ['../..', 'owner', 'owner/../name', '/etc/passwd'])
      expect(await findPulled(id, cacheDir)).toBeUndefined();
  });
});
