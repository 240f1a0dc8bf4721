import { afterEach, expect, test } from 'vitest';
import { ActionwireError } from '../../src/core/errors.js';
import type { LabelEntry } from '../../src/core/label-set.js';
import { HttpServer, type Control } from '../../src/http/index.js';

type SetLabels = Control['setLabels'];

const opened: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

interface Asked {
  readonly streamId: string;
  readonly labels: readonly LabelEntry[];
}

async function put(
  body: string,
  headers: Record<string, string> = {},
  setLabels?: SetLabels | null,
): Promise<{ response: Response; asked: Asked[] }> {
  const asked: Asked[] = [];
  const take: SetLabels = (streamId, labels) => {
    asked.push({ streamId, labels });
    return Promise.resolve({ labelSet: 2, labels: ['a', 'b'], background: [] });
  };
  const no = (): Promise<never> => Promise.reject(new Error('not asked for'));
  const all = { setLabels: setLabels ?? take, putStream: no, deleteStream: no };
  const control = setLabels === null ? {} : { control: all };
  const server = await HttpServer.open({ port: 0, snapshot: () => ({}), ...control });
  opened.push(server);
  const sent = { 'content-type': 'application/json', ...headers };
  return {
    response: await fetch(`${server.url}api/streams/front%20door/labels`, { method: 'PUT', body, headers: sent }),
    asked,
  };
}

const list = JSON.stringify({
  labels: ['a', { label: 'b', prompts: ['a person does b'], background: true, enter: 0.6 }],
});

test('hands the list over and answers with what the stream has then', async () => {
  const { response, asked } = await put(list);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ labelSet: 2, labels: ['a', 'b'], background: [] });
  expect(asked).toEqual([{ streamId: 'front door', labels: (JSON.parse(list) as { labels: LabelEntry[] }).labels }]);
});

test('is off unless allowed', async () => {
  const { response } = await put(list, {}, null);
  expect(response.status).toBe(403);
  expect(await response.text()).toContain('--allow-control');
});

test.each([
  ['no JSON', '{', {}, 400],
  ['an unknown field', '{"labels": ["a", "b"], "more": 1}', {}, 400],
  ['a number as a label', '{"labels": ["a", 1]}', {}, 400],
  ['a threshold above 1', '{"labels": ["a", {"label": "b", "enter": 2}]}', {}, 400],
  ['another type', list, { 'content-type': 'text/plain' }, 415],
  ['the page of another site', list, { origin: 'https://evil.example' }, 403],
  ['a body too large', JSON.stringify({ labels: ['a'.repeat(1 << 20)] }), {}, 413],
])('refuses %s before anything is done', async (_, body, headers, status) => {
  const { response, asked } = await put(body, headers);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(asked).toEqual([]);
});

test.each([
  ['STREAM_UNKNOWN', 404],
  ['MODEL_LABELS_INVALID', 422],
  ['LABELS_BUSY', 409],
] as const)('answers %s with %i and the code', async (code, status) => {
  const { response } = await put(list, {}, () => Promise.reject(new ActionwireError(code, 'as asked')));
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ code, detail: 'as asked' });
});

test('a fault of the program tells nothing of the inside', async () => {
  const { response } = await put(list, {}, () => Promise.reject(new Error('secret')));
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret');
});
