/** Passwords and tokens of sources of every network kind, through every way to fail, appear nowhere the program says anything. */
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mustBeAllowed, parseSource } from '../../src/stream/index.js';
import { serverMessage } from '../../src/ws/index.js';
import { writeTinyModel, type TinyModel } from '../infer/support/tiny-model.js';
import { runCli, startCli } from '../support/cli.js';
import { Subscriber, type MessageOf } from '../support/subscriber.js';

const password = 'hush7@p:w ö%&+=!';
const encoded = encodeURIComponent(password);
const token = 'sesame8%2Fz';
/** What the two would be known by, however they are written. */
const traces = [
  'hush7',
  'sesame8',
  ...[password, encoded].map((p) => Buffer.from(`joe:${p}`).toString('base64').slice(0, 18)),
];

let model: TinyModel;
let http: Server;
/** Answers `RTSP/1.0 <status>` as the path says; noise to everything that is not RTSP, a TLS handshake too. */
let tcp: TcpServer;
const sockets = new Set<Socket>();
const asked: string[] = [];

beforeAll(async () => {
  model = await writeTinyModel();
  http = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    const [, status = '200'] = /^\/(\d+)/.exec(request.url ?? '') ?? [];
    const told = `${request.url} ${request.headers.authorization}`;
    response.writeHead(Number(status), told, {
      'www-authenticate': `Basic realm="${encoded}"`,
      ...(status === '302' ? { location: `http://joe:${encoded}@127.0.0.1:1/x?token=${token}` } : {}),
    });
    response.end(`${told}\n`.repeat(1000));
  });
  tcp = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      const text = data.toString('latin1');
      const [, status, cseq] = /^\S+ rtsp:\/\/[^/]*\/(\d+)[^]*CSeq: (\d+)/.exec(text) ?? [];
      if (status === undefined) socket.end(`noise ${token} ${encoded}\n`.repeat(100));
      else
        socket.write(
          `RTSP/1.0 ${status} ${encoded}\r\nCSeq: ${cseq}\r\nWWW-Authenticate: Basic realm="${token}"\r\n\r\n`,
        );
    });
  });
  for (const server of [http, tcp]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  http.closeAllConnections();
  for (const socket of sockets) socket.destroy();
  for (const server of [http, tcp]) await new Promise((done) => server.close(done));
  await model.remove();
});

const portOf = (server: Server | TcpServer): number => (server.address() as AddressInfo).port;
const source = (scheme: string, port: number, path: string, secret = encoded): string =>
  `${scheme}://joe:${secret}@127.0.0.1:${port}/${path}?token=${token}`;

function expectNoSecret(texts: Readonly<Record<string, string>>): void {
  for (const [where, text] of Object.entries(texts)) {
    for (const trace of traces) expect(text.includes(trace), `${where}: ${trace}\n${text.slice(0, 4000)}`).toBe(false);
  }
}

it('the whole program, with streams named at its start and added over HTTP', { timeout: 180_000 }, async () => {
  const [web, raw] = [portOf(http), portOf(tcp)];
  const started = {
    'rtsp-refused': source('rtsp', 1, 'cam'),
    'rtsp-401': source('rtsp', raw, '401'),
    'rtsp-404': source('rtsp', raw, '404', password),
    'rtsp-noise': source('rtsp', raw, 'noise', '${SWEEP_PASSWORD}'),
    'rtsps-noise': source('rtsps', raw, 'cam'),
    'http-refused': source('http', 1, 'cam', password),
    'http-401': source('http', web, '401'),
    'http-noise': source('http', web, '200'),
    'http-moved': source('http', web, '302'),
    'https-noise': source('https', raw, 'cam'),
  };
  const args = [
    'run',
    ...Object.entries(started).map(([name, text]) => `${name}=${text}`),
    ...['--model', model.dir, '--port', '0', '--provider', 'cpu', '--log-level', 'debug'],
    ...['--allow-control', '--allow-source', 'http://127.0.0.0/8', '--allow-source', 'rtsp://127.0.0.0/8'],
  ];
  const running = startCli(args, { ACTIONWIRE_CACHE_DIR: model.cacheDir, SWEEP_PASSWORD: password });
  const answers: string[] = [];
  try {
    const [, page = ''] = await running.waitFor(/Page (http\S+)/, 90_000);
    const subscriber = await Subscriber.connect(`${page.replace('http', 'ws')}ws`);
    const put = async (name: string, body: string): Promise<number> => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${page}api/streams/${name}`, { method: 'PUT', headers, body });
      answers.push(JSON.stringify([...answer.headers]), await answer.text());
      return answer.status;
    };
    const asJson = (text: string, more: object = {}): string => JSON.stringify({ source: text, ...more });
    await subscriber.first(({ type }) => type === 'hello', { timeoutMs: 60_000 });
    // As soon as the streams are open.
    await expect
      .poll(() => put('api-404', asJson(source('http', web, '404', password))), { timeout: 60_000 })
      .toBe(201);
    expect(await put('api-moved', asJson(source('http', web, '302')))).toBe(201);
    expect(await put('api-rtsp', asJson(source('rtsp', raw, '401')))).toBe(201);
    expect(await put('not-allowed', asJson(source('http', web, '200').replace('127.0.0.1', '10.0.0.1')))).toBe(403);
    expect(await put('not-allowed', asJson(source('rtsps', raw, 'cam')))).toBe(403);
    expect(await put('invalid', asJson(`rtsp://joe:${password}@a b/?token=${token}`))).toBe(400);
    expect(await put('invalid', asJson(source('gopher', raw, 'cam')))).toBe(400);
    expect(await put('invalid', asJson(source('http', web, '200'), { [password]: token }))).toBe(400);
    expect(await put('invalid', `{"source": "${source('http', web, '200')}" ${token}`)).toBe(400);
    expect(await put(encoded, asJson(source('http', web, '200')))).toBe(400);

    const names = [...Object.keys(started), 'api-404', 'api-moved', 'api-rtsp'];
    const listing = async (): Promise<string> => (await fetch(`${page}api/streams`)).text();
    const failing = async (): Promise<string[]> => {
      const { streams } = serverMessage.parse(JSON.parse(await listing())) as MessageOf<'hello'>;
      return streams
        .filter(({ state }) => /^(?:lost|failed)$/.test(state?.status ?? ''))
        .map(({ streamId }) => streamId);
    };
    await expect.poll(failing, { timeout: 90_000, interval: 300 }).toEqual(expect.arrayContaining(names));
    const { streams } = serverMessage.parse(JSON.parse(await listing())) as MessageOf<'hello'>;
    const codes = Object.fromEntries(streams.map(({ streamId, state }) => [streamId, state?.code]));
    expect(codes).toMatchObject({
      'rtsp-refused': 'SOURCE_UNREACHABLE',
      'rtsp-401': 'SOURCE_AUTH',
      'rtsp-404': 'SOURCE_NOT_FOUND',
      'http-refused': 'SOURCE_UNREACHABLE',
      'http-401': 'SOURCE_AUTH',
      'http-noise': 'SOURCE_CORRUPT',
      'api-404': 'SOURCE_NOT_FOUND',
      'api-rtsp': 'SOURCE_AUTH',
    });
    // A late subscriber is told how things stand.
    const late = await Subscriber.connect(`${page.replace('http', 'ws')}ws`);
    await late.first(({ type }) => type === 'hello');
    const pages = await Promise.all(['', 'healthz', 'metrics'].map(async (path) => (await fetch(page + path)).text()));
    expectNoSecret({
      listing: await listing(),
      answers: answers.join('\n'),
      pages: pages.join('\n'),
      events: JSON.stringify([subscriber.messages, late.messages]),
    });
    subscriber.close();
    late.close();
  } finally {
    running.child.kill('SIGINT');
  }
  const { stdout, stderr } = await running.finished;
  expect(stderr).toContain('"level"');
  expectNoSecret({ stdout, stderr });
  // The secrets were really on their way.
  const basic = Buffer.from(`joe:${password}`).toString('base64');
  expect(asked).toContain(`/401?token=${token} Basic ${basic}`);
});

it('a program that ends with the failure', { timeout: 60_000 }, async () => {
  const env = { ACTIONWIRE_CACHE_DIR: model.cacheDir };
  const options = ['--model', model.dir, '--no-server', '--json', '--log-level', 'debug'];
  const bad = [`rtsp://joe:${password}@a b/?token=${token}`, source('gopher', 1, 'x'), `cam=htp://joe:${password}@h/`];
  for (const text of bad) {
    const { code, stdout, stderr } = await runCli(['run', text, ...options], env);
    expect(code).toBe(2);
    expectNoSecret({ stdout, stderr });
  }
});

it('errors, with their causes and stacks', async () => {
  const errors: unknown[] = [];
  const attempts = [
    () => parseSource(`rtsp://joe:${password}@a b/?token=${token}`, { id: 'x' }),
    () => parseSource(`http://joe:${encoded}@[1::zz]/?token=${token}`, { id: 'x' }),
    () => parseSource(`http://joe:${encoded}@h/ ${token}`, { id: 'x' }),
    () => parseSource(source('gopher', 1, 'x'), { id: 'x' }),
    () => parseSource(`file://joe:${encoded}@elsewhere/x?token=${token}`, { id: 'x' }),
    () => mustBeAllowed(parseSource(source('http', 1, 'x'), { id: 'x' }), ['http://10.0.0.0/8']),
    () => mustBeAllowed(parseSource(source('rtsps', 1, 'x'), { id: 'x' }), ['rtsp://*']),
  ];
  for (const attempt of attempts) {
    try {
      await attempt();
    } catch (error) {
      errors.push(error);
    }
  }
  expect(errors).toHaveLength(attempts.length);
  errors.forEach((error, i) => {
    const { stack = '' } = error as Error;
    expectNoSecret({ [`error ${i}`]: inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error) + stack });
  });
});
