import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { HttpServer, type HttpServerOptions } from '../../src/http/index.js';

const opened: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

async function open(options: Partial<HttpServerOptions> = {}): Promise<HttpServer> {
  const server = await HttpServer.open({ port: 0, snapshot: () => ({ streams: [] }), ...options });
  opened.push(server);
  return server;
}

describe('answers', () => {
  test('the page, whose own script and style the policy allows, and nothing else', async () => {
    const response = await fetch((await open()).url);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<title>Actionwire</title>');
    expect(policy).toMatch(/script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });

  test('the streams, freshly made for each request', async () => {
    let asked = 0;
    const { url } = await open({ snapshot: () => ({ asked: (asked += 1) }) });
    expect(await (await fetch(`${url}api/streams`)).json()).toEqual({ asked: 1 });
    expect(await (await fetch(`${url}api/streams`)).json()).toEqual({ asked: 2 });
  });

  test('health, well and unwell', async () => {
    expect((await fetch(`${(await open()).url}healthz`)).status).toBe(200);
    expect((await fetch(`${(await open({ health: () => ({ ok: false }) })).url}healthz`)).status).toBe(503);
  });

  test.each([
    ['GET', 'nothing', 404],
    ['GET', '../../etc/passwd', 404],
    ['POST', 'api/streams', 404],
  ])('%s %s is a problem document', async (method, path, status) => {
    const response = await fetch(`${(await open()).url}${path}`, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status, title: 'Not Found' });
  });

  test('a fault of the program is a 500 that tells nothing of the inside', async () => {
    const { url } = await open({
      snapshot: () => {
        throw new Error('secret');
      },
    });
    const response = await fetch(`${url}api/streams`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  test('every answer carries the security headers', async () => {
    const { url } = await open();
    for (const path of ['', 'healthz', 'api/streams', 'nothing']) {
      const { headers } = await fetch(`${url}${path}`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  test('a rebound host name is refused; IP addresses, localhost and allowed sites are served', async () => {
    const { address } = await open({ allowedOrigins: ['https://wall.example'] });
    const statusFor = async (host: string): Promise<number | undefined> => {
      const asked = request({ host: '127.0.0.1', port: address.port, path: '/api/streams', headers: { host } }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    expect(await statusFor('evil.example')).toBe(421);
    for (const host of ['127.0.0.1:1', 'localhost', '[::1]:80', 'wall.example'])
      expect(await statusFor(host)).toBe(200);
  });
});

describe('listening', () => {
  test('only on this machine by default, on a free port when asked for 0', async () => {
    const { address, url } = await open();
    expect(address.address).toBe('127.0.0.1');
    expect(url).toBe(`http://127.0.0.1:${address.port}/`);
  });

  test('a port in use is said so, with advice', async () => {
    const { address } = await open();
    await expect(open({ port: address.port })).rejects.toMatchObject({
      code: 'HTTP_PORT_IN_USE',
      message: `Port ${address.port} on 127.0.0.1 is already in use`,
      hint: expect.stringContaining('--port') as string,
    });
  });

  test.each([
    [{ host: '203.0.113.7' }, 'HTTP_LISTEN_FAILED'],
    [{ port: 70_000 }, 'OPTION_INVALID'],
    [{ port: 1.5 }, 'OPTION_INVALID'],
  ])('%j is refused', async (options, code) => {
    await expect(open(options)).rejects.toMatchObject({ code });
  });

  test('close ends idle and half-sent connections, frees the port and is idempotent', async () => {
    const server = await open();
    const socket = connect(server.address.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n');
    const ended = new Promise((resolve) => socket.once('close', resolve));
    const { port } = server.address;
    expect(server.close()).toBe(server.close());
    await server.close();
    await ended;
    await expect(open({ port })).resolves.toBeDefined();
  });
});
