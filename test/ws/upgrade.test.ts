import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { hubForEachTest, Subscriber } from './harness.js';

const open = hubForEachTest();

/** The HTTP status of a refused upgrade, or undefined when the WebSocket opened. */
async function outcomeOf(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const socket = new WebSocket(url, { headers });
  const refused = new Promise<number | undefined>((resolve) => {
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
  });
  const opened = new Promise<undefined>((resolve) => socket.on('open', () => resolve(undefined)));
  const outcome = await Promise.race([refused, opened]);
  if (outcome !== undefined) socket.on('error', () => undefined).terminate();
  return outcome;
}

/** Upgrades by hand and then answers nothing, not even a close frame. */
async function upgradeDeaf(url: string): Promise<number | undefined> {
  const key = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version': '13' };
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket', ...key };
  const asked = request(url.replace('ws:', 'http:'), { headers }).end();
  return new Promise((resolve, reject) => {
    asked.on('response', ({ statusCode }) => resolve(statusCode));
    asked.on('upgrade', ({ statusCode }, socket) => {
      socket.on('error', () => undefined);
      resolve(statusCode);
    });
    asked.on('error', reject);
  });
}

test('a crowd beyond the limit is refused before it becomes a crowd of WebSockets', async () => {
  const { url, hub } = await open({ maxClients: 1, closeGraceMs: 20_000 });
  const statuses: (number | undefined)[] = [];
  for (let i = 0; i < 20; i += 1) statuses.push(await upgradeDeaf(url));
  expect(statuses).toEqual([...Array<number>(17).fill(101), 503, 503, 503]);
  expect(hub.counters.clients).toBe(17);
});

describe('who may connect', () => {
  test.each([
    ['a program, without origin', {}, undefined],
    ['the page of this server', { Origin: 'http://HOST', Host: 'HOST' }, undefined],
    ['another site', { Origin: 'https://evil.example' }, 403],
    ['another port of this machine', { Origin: 'http://127.0.0.1:1' }, 403],
    ['a site that rebinds its name', { Origin: 'http://evil.example', Host: 'evil.example' }, 403],
    ['an opaque origin', { Origin: 'null' }, 403],
    ['an allowed site', { Origin: 'https://wall.example' }, undefined],
  ])('%s', async (_, headers, status) => {
    const { url } = await open({ allowedOrigins: ['https://wall.example'] });
    const filled = Object.entries(headers).map(([name, value]) => [name, value.replace('HOST', new URL(url).host)]);
    expect(await outcomeOf(url, Object.fromEntries(filled) as Record<string, string>)).toBe(status);
  });

  test('another path is not found', async () => {
    const { url } = await open();
    expect(await outcomeOf(`${url}/other`, {})).toBe(404);
    expect(await outcomeOf(`${url}?token=x`, {})).toBeUndefined();
  });

  test('an upgrade that is no WebSocket is refused and leaves no socket behind', async () => {
    const { url, hub } = await open();
    const upgrade = request(url.replace('ws:', 'http:'), { headers: { Connection: 'Upgrade', Upgrade: 'smoke' } });
    upgrade.end();
    const [response] = (await once(upgrade, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(400);
    expect(hub.counters.clients).toBe(0);
  });

  test('the sub-protocol is agreed on', async () => {
    const { url } = await open();
    expect((await Subscriber.open(url)).socket.protocol).toBe('actionwire.v1');
    const several = new WebSocket(url, ['actionwire.v9', 'actionwire.v1']);
    await once(several, 'open');
    expect(several.protocol).toBe('actionwire.v1');
    const unknown = new WebSocket(url, 'actionwire.v9');
    const [asked, response] = (await once(unknown, 'unexpected-response')) as [ClientRequest, IncomingMessage];
    expect(response.statusCode).toBe(400);
    const [body] = (await once(response, 'data')) as [Buffer];
    const problem = JSON.parse(body.toString()) as { code: string; detail: string };
    expect(problem.code).toBe('WS_PROTOCOL_UNKNOWN');
    expect(problem.detail).toContain('actionwire.v1');
    asked.destroy();
  });
});
