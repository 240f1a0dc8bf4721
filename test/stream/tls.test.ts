/** Certificates of rtsps and https sources: unchecked by default, checked against a file on request. */
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasOpenssl, makeCertificate, type Certificate } from '../support/certificate.js';
import { makeClip } from '../support/make-clip.js';
import { hasRtspServer, startRtspServer } from '../support/rtsp-server.js';
import { collect, framesOf, open, statesOf, story } from '../support/streams.js';

let folder: string;
let clip: string;
let ours: Certificate;
let stranger: Certificate;
const live = { mode: 'live' } as const;

async function serveRtsps(certificate: Certificate): Promise<string> {
  const server = await startRtspServer({ file: clip, certificate: certificate.both });
  onTestFinished(() => server.kill());
  return server.url;
}

/** Serves the files of the folder; answers the address. */
async function serveHttps(certificate: Certificate): Promise<string> {
  const options = { key: readFileSync(certificate.key), cert: readFileSync(certificate.certificate) };
  const server: Server = createServer(options, (request, response) => {
    const path = join(folder, new URL(request.url ?? '/', 'https://localhost').pathname);
    response.writeHead(200, { 'content-length': statSync(path).size });
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.skipIf(!hasOpenssl())('TLS', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'actionwire-tls-'));
    clip = await makeClip(join(folder, 'clip.mp4'), { size: '160x120', seconds: 2, encoderOptions: { bf: '0' } });
    ours = makeCertificate(folder, 'ours', 'DNS:localhost,IP:127.0.0.1');
    stranger = makeCertificate(folder, 'stranger', 'DNS:elsewhere.example');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.skipIf(!hasRtspServer())('rtsps', () => {
    it('unchecked: any certificate will do', async () => {
      const items = await collect(open(await serveRtsps(stranger), live), (all) => framesOf(all).length === 3);
      expect(story(items)).toBe('connecting live frames');
    });

    it('checked: live with the certificate that was given, by address and by name', async () => {
      const url = await serveRtsps(ours);
      for (const address of [url, url.replace('127.0.0.1', 'localhost')]) {
        const options = { ...live, tlsCa: ours.certificate };
        const items = await collect(open(address, options), (all) => framesOf(all).length === 3);
        expect(story(items)).toBe('connecting live frames');
      }
    });

    it('checked: another certificate is refused, and the reason is told', async () => {
      const options = { ...live, tlsCa: ours.certificate };
      const items = await collect(open(await serveRtsps(stranger), options), (all) => statesOf(all).length === 2);
      expect(statesOf(items)[1]).toMatchObject({ status: 'lost', code: 'SOURCE_UNTRUSTED', retryInMs: 200 });
      expect(statesOf(items)[1]!.reason).toMatch(/self signed cert/);
    });

    it('checked: a certificate of another name is refused', async () => {
      const url = (await serveRtsps(stranger)).replace('127.0.0.1', 'localhost');
      const options = { ...live, tlsCa: stranger.certificate };
      const items = await collect(open(url, options), (all) => statesOf(all).length === 2);
      expect(statesOf(items)[1]).toMatchObject({ status: 'lost', code: 'SOURCE_UNTRUSTED' });
    });

    it('behind the guard of added streams it is the same: unchecked, trusted, another certificate, another name', async () => {
      const [trusted, other] = [await serveRtsps(ours), await serveRtsps(stranger)];
      const tell = async (url: string, tlsCa?: string): Promise<string> => {
        const options = { ...live, allowHosts: ['rtsps://127.0.0.0/8'], ...(tlsCa === undefined ? {} : { tlsCa }) };
        const items = await collect(
          open(url, options),
          (all) => framesOf(all).length === 3 || statesOf(all).at(-1)?.status === 'lost',
        );
        return statesOf(items)[1]?.code ?? story(items);
      };
      expect(await tell(other)).toBe('connecting live frames');
      expect(await tell(trusted, ours.certificate)).toBe('connecting live frames');
      expect(await tell(trusted.replace('127.0.0.1', 'localhost'), ours.certificate)).toBe('connecting live frames');
      expect(await tell(other, ours.certificate)).toBe('SOURCE_UNTRUSTED');
      expect(await tell(other.replace('127.0.0.1', 'localhost'), stranger.certificate)).toBe('SOURCE_UNTRUSTED');
    });

    it('behind the guard, a connection that breaks later is not called untrusted', async () => {
      const server = await startRtspServer({ file: clip, certificate: ours.both });
      onTestFinished(() => server.kill());
      const options = { ...live, allowHosts: ['rtsps://127.0.0.0/8'], tlsCa: ours.certificate };
      const items = await collect(open(server.url, options), (all) => {
        if (framesOf(all).length === 3) void server.kill();
        return statesOf(all).at(-1)?.status === 'lost';
      });
      expect(statesOf(items).map(({ status }) => status)).toEqual(['connecting', 'live', 'lost']);
      expect(statesOf(items).at(-1)!.code).not.toBe('SOURCE_UNTRUSTED');
    });

    it('checked: what fails for another reason keeps that reason', async () => {
      const options = { ...live, tlsCa: ours.certificate };
      const url = (await serveRtsps(ours)).replace('/stream', '/other');
      const items = await collect(open(url, options), (all) => statesOf(all).length === 2);
      expect(statesOf(items)[1]).toMatchObject({ status: 'lost', code: 'SOURCE_NOT_FOUND' });
    });
  });

  describe('https', () => {
    it('unchecked or with the given certificate it is read, with another it is not', async () => {
      const url = `${await serveHttps(ours)}/clip.mp4`;
      expect(story(await collect(open(url)))).toBe('connecting live frames ended');
      expect(story(await collect(open(url, { tlsCa: ours.certificate })))).toBe('connecting live frames ended');
      const refused = await collect(open(url, { tlsCa: stranger.certificate }));
      expect(statesOf(refused).at(-1)).toMatchObject({ status: 'failed', code: 'SOURCE_UNTRUSTED' });
    });

    it('a playlist, whose segments FFmpeg would fetch unchecked, is refused where certificates are to be checked', async () => {
      const muxerOptions = { hls_time: '1', hls_list_size: '0' };
      await makeClip(join(folder, 'list.m3u8'), { size: '160x120', seconds: 2, muxerOptions });
      const url = `${await serveHttps(ours)}/list.m3u8`;
      expect(story(await collect(open(url)))).toBe('connecting live frames ended');
      const refused = await collect(open(url, { tlsCa: ours.certificate }));
      expect(framesOf(refused)).toEqual([]);
      expect(statesOf(refused).at(-1)).toMatchObject({ status: 'failed', code: 'SOURCE_UNSUPPORTED' });
    });
  });
});
