/** The labels of a running stream replaced over HTTP, as an operator would, and what a subscriber hears of it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeTinyModel, type TinyModel } from '../infer/support/tiny-model.js';
import { startCli } from '../support/cli.js';
import { Subscriber } from '../support/subscriber.js';

let model: TinyModel;
beforeAll(async () => {
  model = await writeTinyModel();
});
afterAll(() => model.remove());

it(
  'tells the new set before its first scores, and keeps it when a bad list follows',
  { timeout: 120_000 },
  async () => {
    const args = ['run', 'front=test:', '--model', model.dir, '--port', '0', '--provider', 'cpu', '--allow-control'];
    const own = ['--stream-labels', 'front=walking,waving'];
    const running = startCli([...args, ...own], { ACTIONWIRE_CACHE_DIR: model.cacheDir });
    try {
      const [, page = ''] = await running.waitFor(/Page (http\S+)/, 90_000);
      const subscriber = await Subscriber.connect(`${page.replace('http', 'ws')}ws`);
      subscriber.send({ type: 'subscribe', scores: true });
      const isScore = (version: number) => (message: { type: string; labelSet?: number | undefined }) =>
        message.type === 'scores' && message.labelSet === version;
      await subscriber.first(isScore(1), { timeoutMs: 60_000 });
      expect(subscriber.of('hello')[0]?.streams[0]?.labels).toEqual({
        labelSet: 1,
        labels: ['walking', 'waving'],
        background: [],
      });

      const put = (labels: unknown): Promise<Response> =>
        fetch(`${page}api/streams/front/labels`, {
          method: 'PUT',
          body: JSON.stringify({ labels }),
          headers: { 'content-type': 'application/json' },
        });
      const answer = await put(['falling down', 'running', { label: 'standing still', background: true }]);
      const wanted = {
        labelSet: 2,
        labels: ['falling down', 'running', 'standing still'],
        background: ['standing still'],
      };
      expect(await answer.json()).toEqual(wanted);
      await subscriber.first(isScore(2), { timeoutMs: 60_000 });
      const order = subscriber.messages.filter(({ type }) => type === 'scores' || type === 'stream.labels');
      const swap = order.findIndex(({ type }) => type === 'stream.labels');
      expect(order[swap]).toMatchObject(wanted);
      expect(order.slice(0, swap).every((message) => message.type === 'scores' && message.labelSet === 1)).toBe(true);
      expect(order.slice(swap + 1).every((message) => message.type === 'scores' && message.labelSet === 2)).toBe(true);
      expect(subscriber.of('scores').at(-1)?.values).toHaveLength(3);

      const refused = await put(['a', 'a']);
      expect(refused.status).toBe(422);
      expect(await refused.json()).toMatchObject({ code: 'MODEL_LABELS_INVALID' });
      const { streams } = (await (await fetch(`${page}api/streams`)).json()) as { streams: { labels: unknown }[] };
      expect(streams[0]?.labels).toEqual(wanted);
      subscriber.close();
    } finally {
      running.child.kill('SIGINT');
    }
    expect((await running.finished).code).toBe(0);
  },
);
