import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { ActionwireError } from '../../src/core/errors.js';
import type { StreamRequest } from '../../src/core/stream-request.js';
import { HttpServer, type Control } from '../../src/http/index.js';

const opened: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

interface Asked {
  readonly name: string;
  readonly request?: StreamRequest;
}

const added = { streamId: 'front door', source: 'rtsp://camera/1' };

async function serve(control: Partial<Control> | null = {}): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const all: Control = {
    setLabels: () => Promise.reject(new Error('not asked for')),
    putStream: (name, wanted) => {
      asked.push({ name, request: wanted });
      return Promise.resolve({ created: asked.length === 1, stream: added });
    },
    deleteStream: (name) => {
      asked.push({ name });
      return Promise.resolve();
    },
    ...control,
  };
  const options = { port: 0, snapshot: () => ({}) };
  const server = await HttpServer.open(control === null ? options : { ...options, control: all });
  opened.push(server);
  return { url: `${server.url}api/streams/front%20door`, asked };
}

const body = JSON.stringify({ source: 'rtsp://camera/1', labels: ['a', { label: 'b' }], maxWindows: 2 });
const put = (url: string, text: string = body, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'PUT', body: text, headers: { 'content-type': 'application/json', ...headers } });

test('PUT hands the request over: 201 for a new stream, 200 for a known one', async () => {
  const { url, asked } = await serve();
  const first = await put(url);
  expect(first.status).toBe(201);
  expect(await first.json()).toEqual(added);
  expect((await put(url)).status).toBe(200);
  expect(asked[0]).toEqual({ name: 'front door', request: JSON.parse(body) as StreamRequest });
});

test('DELETE answers 204 without a body', async () => {
  const { url, asked } = await serve();
  const answer = await fetch(url, { method: 'DELETE' });
  expect(answer.status).toBe(204);
  expect(await answer.text()).toBe('');
  expect(asked).toEqual([{ name: 'front door' }]);
});

test.each(['PUT', 'DELETE'])('%s is off unless allowed, and takes no orders from other sites', async (method) => {
  const sent = method === 'PUT' ? { body } : {};
  const off = await fetch((await serve(null)).url, { method, ...sent });
  expect(off.status).toBe(403);
  expect(await off.text()).toContain('--allow-control');
  const { url, asked } = await serve();
  const headers = { origin: 'https://evil.example', 'content-type': 'application/json' };
  expect((await fetch(url, { method, headers, ...sent })).status).toBe(403);
  expect(asked).toEqual([]);
});

test.each([
  ['no JSON', '{', {}, 400],
  ['no source', '{}', {}, 400],
  ['an unknown field', '{"source": "rtsp://a/b", "soruce": 1}', {}, 400],
  ['a limit of nothing', '{"source": "rtsp://a/b", "maxWindows": 0}', {}, 400],
  ['another type', body, { 'content-type': 'text/plain' }, 415],
  ['a body too large', JSON.stringify({ source: 'a'.repeat(1 << 20) }), {}, 413],
])('PUT refuses %s before anything is done', async (_, text, headers, status) => {
  const { url, asked } = await serve();
  const answer = await put(url, text, headers);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(asked).toEqual([]);
});

test('PUT wants to know the length of the body', async () => {
  const { url } = await serve();
  const status = await new Promise((resolve, reject) => {
    const sent = request(url, { method: 'PUT', headers: { 'content-type': 'application/json' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject);
    sent.write('{');
    sent.end('}');
  });
  expect(status).toBe(411);
});

test.each([
  ['SOURCE_INVALID', 400],
  ['SOURCE_NOT_ALLOWED', 403],
  ['STREAMS_FULL', 409],
  ['STREAMS_ENDED', 409],
  ['MODEL_LABELS_INVALID', 422],
] as const)('answers %s with %i and the code', async (code, status) => {
  const { url } = await serve({ putStream: () => Promise.reject(new ActionwireError(code, 'as asked')) });
  const answer = await put(url);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ code, detail: 'as asked' });
});
