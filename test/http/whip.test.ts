/** The WHIP endpoint: what RFC 9725 wants, and who is turned away. */
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { ActionwireError } from '../../src/core/errors.js';
import { HttpServer, type WhipOptions } from '../../src/http/index.js';

const token = 'correct-horse-battery';

let http: HttpServer;
let asked: unknown[][];

async function serve(options: Partial<WhipOptions> = {}, host = '127.0.0.1'): Promise<void> {
  asked = [];
  const intake: WhipOptions['intake'] = {
    publish: async (...args) => {
      asked.push(['publish', ...args]);
      return Promise.resolve({ sessionId: 'abc', answer: 'v=0\r\n' });
    },
    end: (...args) => void asked.push(['end', ...args]),
  };
  http = await HttpServer.open({
    host,
    port: 0,
    snapshot: () => ({}),
    allowedOrigins: ['https://studio.example'],
    whip: { intake, iceServers: [], ...options },
  });
}

beforeEach(() => serve());
afterEach(() => http.close());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** Not `fetch`, which lets nobody set an Origin. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, http.url), { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sent.on('error', reject).end(body);
  });
}

const post = (headers: Record<string, string> = {}, body = 'v=0\r\n', stream = 'me'): Promise<Answer> =>
  ask('POST', `/whip/${stream}`, { 'Content-Type': 'application/sdp', ...headers }, body);

const codeOf = ({ body }: Answer): unknown => (JSON.parse(body) as { code?: string }).code;

describe('a publication', () => {
  it('begins with 201, the answer and where to end it', async () => {
    const answer = await post();
    expect(answer).toMatchObject({ status: 201, body: 'v=0\r\n' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/sdp', location: '/whip/me/abc' });
    expect(answer.headers).not.toHaveProperty('link');
    expect(asked).toEqual([['publish', 'me', 'v=0\r\n', '127.0.0.1']]);
  });

  it('ends with DELETE', async () => {
    expect(await ask('DELETE', '/whip/me/abc')).toMatchObject({ status: 200, body: '' });
    expect(asked).toEqual([['end', 'me', 'abc']]);
  });

  it('may have a stream of any name', async () => {
    const answer = await post({}, 'v=0', encodeURIComponent('Küche/1'));
    expect(answer.headers['location']).toBe('/whip/K%C3%BCche%2F1/abc');
    expect(asked[0]?.[1]).toBe('Küche/1');
  });

  it('is told of the ICE servers and the address that were configured', async () => {
    await http.close();
    await serve({ iceServers: ['stun:one.example:3478', 'stun:two.example'], address: '192.0.2.1' });
    const answer = await post();
    expect(answer.headers['link']).toBe(
      '<stun:one.example:3478>; rel="ice-server", <stun:two.example>; rel="ice-server"',
    );
    expect(asked[0]?.[3]).toBe('192.0.2.1');
  });
});

describe('what is not WHIP', () => {
  test.each([
    ['another content type', 415, () => post({ 'Content-Type': 'application/json' })],
    ['a type that only begins alike', 415, () => post({ 'Content-Type': 'application/sdpfrag' })],
    ['an offer of more than 64 kB', 413, () => post({}, 'v'.repeat(65 * 1024))],
  ])('%s: %i', async (_, status, act) => {
    expect(await act()).toMatchObject({ status });
    expect(asked).toEqual([]);
  });

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('%s of the endpoint: 405', async (method) => {
    const answer = await ask(method, '/whip/me');
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST, OPTIONS']);
  });

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'POST'])('%s of a publication: 405', async (method) => {
    const answer = await ask(method, '/whip/me/abc');
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'DELETE, OPTIONS']);
  });

  test.each([
    ['STREAM_UNKNOWN', 404],
    ['WHIP_SESSION_UNKNOWN', 404],
    ['WHIP_BUSY', 409],
    ['WHIP_OFFER_INVALID', 400],
    ['WHIP_CODEC_UNSUPPORTED', 422],
    ['WHIP_LIMIT', 503],
    ['SOURCE_UNSUPPORTED', 501],
    ['SOURCE_CRASHED', 503],
    ['SOURCE_TIMEOUT', 504],
    ['INTERNAL', 500],
  ] as const)('%s: %i, with its code', async (code, status) => {
    await http.close();
    const fail = (): never => {
      throw new ActionwireError(code, 'a sentence');
    };
    await serve({ intake: { publish: async () => Promise.resolve(fail()), end: fail } });
    for (const answer of [await post(), await ask('DELETE', '/whip/me/abc')]) {
      expect([answer.status, codeOf(answer)]).toEqual([status, code]);
      expect(answer.headers['retry-after']).toBe(status === 503 ? '5' : undefined);
      expect(answer.body.includes('a sentence')).toBe(status !== 500);
    }
  });

  it('is nothing at all where nobody can publish', async () => {
    await http.close();
    http = await HttpServer.open({ port: 0, snapshot: () => ({}) });
    expect((await post()).status).toBe(404);
  });
});

describe('with a token', () => {
  beforeEach(async () => {
    await http.close();
    await serve({ token });
  });

  test.each([
    ['none', undefined, 'Bearer realm="whip"'],
    ['a wrong one', 'Bearer wrong-horse-battery', 'Bearer realm="whip", error="invalid_token"'],
    ['the beginning of it', 'Bearer correct', 'Bearer realm="whip", error="invalid_token"'],
    ['the right one in another scheme', `Basic ${token}`, 'Bearer realm="whip"'],
  ])('%s is refused: 401', async (_, authorization, challenge) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
    for (const answer of [await post(headers), await ask('DELETE', '/whip/me/abc', headers)]) {
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe(challenge);
      expect(codeOf(answer)).toBe('WHIP_UNAUTHORIZED');
      expect(answer.body).not.toContain(token);
    }
    expect(asked).toEqual([]);
  });

  it('the right one may publish, from behind a proxy too', async () => {
    const headers = { Authorization: `Bearer ${token}`, 'X-Forwarded-For': '192.0.2.7' };
    expect((await post(headers)).status).toBe(201);
    expect((await ask('DELETE', '/whip/me/abc', headers)).status).toBe(200);
  });
});

describe('without a token', () => {
  it.each(['Forwarded', 'X-Forwarded-For', 'X-Real-IP', 'Via'])(
    'who comes through a proxy (%s) is refused: 403',
    async (name) => {
      const answer = await post({ [name]: 'for=192.0.2.7' });
      expect([answer.status, codeOf(answer)]).toEqual([403, 'WHIP_REMOTE_REFUSED']);
      expect(asked).toEqual([]);
    },
  );

  it('who comes from another machine is refused: 403', async () => {
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const outer = own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
    if (outer === undefined) return; // a machine without any network
    await http.close();
    await serve({}, outer);
    const answer = await post();
    expect([answer.status, codeOf(answer)]).toEqual([403, 'WHIP_REMOTE_REFUSED']);
  });
});

describe('pages of other sites', () => {
  const origin = 'https://studio.example';

  it('that are allowed get the headers they need, and ask first without a token', async () => {
    const asks = { Origin: origin, 'Access-Control-Request-Method': 'POST' };
    for (const path of ['/whip/me', '/whip/me/abc']) {
      const { status, headers } = await ask('OPTIONS', path, asks);
      expect(status).toBe(204);
      expect(headers).toMatchObject({
        'accept-post': 'application/sdp',
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'POST, DELETE',
        'access-control-allow-headers': 'Authorization, Content-Type',
        vary: 'Origin',
      });
    }
    const answer = await post({ Origin: origin });
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'Location, Link',
    });
  });

  it('are refused otherwise, before anything is done', async () => {
    for (const method of ['OPTIONS', 'POST']) {
      const answer = await ask(
        method,
        '/whip/me',
        { Origin: 'https://evil.example', 'Content-Type': 'application/sdp' },
        method === 'POST' ? 'v=0' : '',
      );
      expect(answer.status).toBe(403);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
    expect(asked).toEqual([]);
  });
});
