/** Streams added to a running program over HTTP, replaced and taken away, while another goes on undisturbed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ServerMessage } from '../../src/ws/protocol.js';
import { writeTinyModel, type TinyModel } from '../infer/support/tiny-model.js';
import { startCli } from '../support/cli.js';
import { makeClip } from '../support/make-clip.js';
import { listen, serveFile, type TestServer } from '../support/serve-file.js';
import { decoderPids } from '../support/streams.js';
import { Subscriber } from '../support/subscriber.js';

let model: TinyModel;
let folder: string;
let server: TestServer;
let base: string;
beforeAll(async () => {
  model = await writeTinyModel();
  folder = mkdtempSync(join(tmpdir(), 'actionwire-dynamic-'));
  const clip = await makeClip(join(folder, 'clip.mp4'), { seconds: 20 });
  server = await listen((request, response) => serveFile(clip, request, response));
  ({ base } = server);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
  await model.remove();
});

it('come and go, and the other stream loses nothing', { timeout: 120_000 }, async () => {
  const args = [
    'run',
    'steady=test:',
    '--model',
    model.dir,
    '--port',
    '0',
    '--provider',
    'cpu',
    '--allow-control',
    '--allow-source',
    'http://127.0.0.0/8',
  ];
  const running = startCli(args, { ACTIONWIRE_CACHE_DIR: model.cacheDir });
  try {
    const [, page = ''] = await running.waitFor(/Page (http\S+)/, 90_000);
    const subscriber = await Subscriber.connect(`${page.replace('http', 'ws')}ws`);
    subscriber.send({ type: 'subscribe', scores: true });
    const scoresOf = (id: string) => (message: ServerMessage) => message.type === 'scores' && message.streamId === id;
    const ask = (method: string, name: string, body?: object): Promise<Response> =>
      fetch(`${page}api/streams/${encodeURIComponent(name)}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const names = async (): Promise<string[]> => {
      const { streams } = (await (await fetch(`${page}api/streams`)).json()) as { streams: { streamId: string }[] };
      return streams.map(({ streamId }) => streamId);
    };
    const listed = (ids: string[]) => (message: ServerMessage) =>
      message.type === 'streams' && message.streams.map(({ streamId }) => streamId).join() === ids.join();
    await subscriber.first(scoresOf('steady'), { timeoutMs: 60_000 });

    // Added: 201, told to subscribers before its first word, with labels of its own.
    const source = `${base.replace('//', '//joe:hunter2@')}/clip.mp4`;
    const request = { source, labels: ['walking', 'waving'] };
    const added = await ask('PUT', 'front-door', request);
    expect(added.status, await added.clone().text()).toBe(201);
    expect(await added.json()).toEqual({ streamId: 'front-door', source: `${base}/clip.mp4` });
    await subscriber.first(scoresOf('front-door'), { timeoutMs: 60_000 });
    const about = subscriber.messages.filter(
      (message) => message.type === 'streams' || ('streamId' in message && message.streamId === 'front-door'),
    );
    expect(about[0]).toMatchObject({
      type: 'streams',
      streams: [{ streamId: 'steady' }, { labels: { labelSet: 1, labels: ['walking', 'waving'] } }],
    });
    expect(subscriber.of('scores').find(scoresOf('front-door'))?.values).toHaveLength(2);
    expect(await names()).toEqual(['steady', 'front-door']);

    // The same again: 200, and nothing has happened.
    const pids = decoderPids(running.child.pid);
    expect((await ask('PUT', 'front-door', request)).status).toBe(200);
    expect(decoderPids(running.child.pid)).toEqual(pids);

    // Another source: replaced, with the model's labels.
    const from = subscriber.messages.length;
    expect((await ask('PUT', 'front-door', { source: `${base}/other.mp4` })).status).toBe(200);
    await subscriber.first(scoresOf('front-door'), { from, timeoutMs: 60_000 });
    const later = subscriber.messages.slice(from).filter(scoresOf('front-door'));
    expect(later.at(-1)).toMatchObject({ labelSet: 1, values: expect.not.objectContaining({ length: 2 }) as unknown });
    expect(subscriber.messages.slice(from).some(listed(['steady']))).toBe(true);
    const another = decoderPids(running.child.pid);
    expect(another).toHaveLength(2);
    expect(another).not.toEqual(pids);

    // Taken away: its process is gone when the answer comes, and so is its entry.
    expect((await ask('DELETE', 'front-door')).status).toBe(204);
    expect(decoderPids(running.child.pid)).toHaveLength(1);
    expect(await names()).toEqual(['steady']);
    const gone = await ask('DELETE', 'front-door');
    expect(gone.status).toBe(404);
    expect(await gone.json()).toMatchObject({ code: 'STREAM_UNKNOWN' });

    // The other stream has had every window, without a gap and without a second connection.
    const end = subscriber.messages.length;
    await subscriber.first(scoresOf('steady'), { from: end });
    const begin = subscriber.messages.findIndex(scoresOf('steady'));
    const steady = subscriber.messages
      .slice(begin)
      .filter((message) => 'streamId' in message && message.streamId === 'steady');
    expect(steady.filter(({ type }) => type === 'stream.gap' || type === 'stream.state')).toEqual([]);
    const told = steady.flatMap((message) =>
      message.type === 'scores' || message.type === 'window.dropped' ? [message.windowIndex] : [],
    );
    expect(told.toSorted((a, b) => a - b)).toEqual(told.map((_, i) => told[0]! + i));
    expect(running.printed.stderr).not.toContain('hunter2');
    subscriber.close();
  } finally {
    running.child.kill('SIGINT');
  }
  expect((await running.finished).code).toBe(0);
});

it('starts with none, waits for some, and goes on after the last has ended', { timeout: 120_000 }, async () => {
  const args = [
    'run',
    '--model',
    model.dir,
    '--port',
    '0',
    '--provider',
    'cpu',
    '--allow-control',
    '--allow-source',
    'http://127.0.0.1',
  ];
  const running = startCli(args, { ACTIONWIRE_CACHE_DIR: model.cacheDir, SECRET: 'of-the-environment' });
  try {
    const [, page = ''] = await running.waitFor(/Page (http\S+)/, 90_000);
    const put = (name: string, source: string): Promise<Response> =>
      fetch(`${page}api/streams/${name}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ source }),
      });
    for (const [source, status, code] of [
      ['file:/etc/passwd', 403, 'SOURCE_NOT_ALLOWED'],
      ['webcam:0', 403, 'SOURCE_NOT_ALLOWED'],
      ['test:', 403, 'SOURCE_NOT_ALLOWED'],
      ['gopher://camera/1', 400, 'SOURCE_INVALID'],
      ['rtsp://', 400, 'SOURCE_INVALID'],
    ] as const) {
      const answer = await put('cam', source);
      expect([source, answer.status]).toEqual([source, status]);
      expect(await answer.json()).toMatchObject({ code });
    }
    expect((await put(encodeURIComponent('a b'), `${base}/clip.mp4`)).status).toBe(400);
    const subscriber = await Subscriber.connect(`${page.replace('http', 'ws')}ws`);
    // Nothing of the environment gets into an address that a request chose.
    expect(await (await put('cam', `${base}/\${SECRET}.mp4`)).json()).toMatchObject({
      source: `${base}/\${SECRET}.mp4`,
    });
    await subscriber.first((message) => message.type === 'stream.state' && message.status === 'live', {
      timeoutMs: 60_000,
    });
    subscriber.close();
    expect(running.child.exitCode).toBeNull();
  } finally {
    running.child.kill('SIGINT');
  }
  expect((await running.finished).code).toBe(0);
});
