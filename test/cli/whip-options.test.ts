/** The options of publishing: from flags and environment to the configuration. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { whipFrom } from '../../src/cli/whip-options.js';
import { configFrom } from '../../src/cli/options.js';
import { openPublishing } from '../../src/publishing.js';
import { nameSources } from '../../src/source-names.js';

const token = 'correct-horse-battery';
let folder: string;

beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'actionwire-token-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, 'token');
  writeFileSync(path, text);
  return path;
}

const config = (flags: Parameters<typeof whipFrom>[0]): unknown =>
  configFrom(['me=whip:'], { server: true, ...flags }).whip;

it('has defaults that ask nobody and bind nothing in particular', () => {
  expect(config({})).toEqual({ iceServers: [], publishers: 16 });
});

it('takes the token from the environment, or rather from a file', () => {
  expect(whipFrom({}, { ACTIONWIRE_WHIP_TOKEN: token })).toEqual({ token });
  expect(whipFrom({}, { ACTIONWIRE_WHIP_TOKEN: '' })).toEqual({});
  expect(whipFrom({ whipTokenFile: file(`${token}\n`) }, { ACTIONWIRE_WHIP_TOKEN: 'another-token-here' })).toEqual({
    token,
  });
});

it('reads the rest', () => {
  const flags = {
    whipAddress: '192.0.2.1',
    whipPorts: '50000-50100',
    whipIceServer: ['stun:stun.example:3478'],
    whipPublishers: 3,
  };
  expect(config(flags)).toEqual({
    address: '192.0.2.1',
    ports: { from: 50_000, to: 50_100 },
    iceServers: ['stun:stun.example:3478'],
    publishers: 3,
  });
});

test.each([
  ['a short token', () => ({ whipTokenFile: file('short-secret') }), /--whip-token-file: a token has 16 to 512/],
  ['a token with a space', () => ({ whipTokenFile: file('two words and more') }), /a token has 16 to 512/],
  ['an empty file', () => ({ whipTokenFile: file(' \n') }), /is empty/],
  ['no file', () => ({ whipTokenFile: join(folder, 'nothing') }), /cannot read/],
  ['a host name for an address', () => ({ whipAddress: 'camera.local' }), /--whip-address: expected an IP address/],
  ['one port', () => ({ whipPorts: '50000' }), /--whip-ports: "50000" is not "from-to"/],
  ['ports the wrong way round', () => ({ whipPorts: '50100-50000' }), /--whip-ports: the first port must not be above/],
  ['ports that need privileges', () => ({ whipPorts: '80-90' }), /--whip-ports/],
  ['a TURN server', () => ({ whipIceServer: ['turn:user:pw@turn.example'] }), /--whip-ice-server: expected stun:/],
  ['no publisher at all', () => ({ whipPublishers: 0 }), /--whip-publishers/],
])('refuses %s, and shows no secret', (_, flags, message) => {
  expect(() => config(flags())).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  expect(() => config(flags())).toThrow(message);
  expect(() => config(flags())).not.toThrow(/short-secret|two words|user:pw/);
});

it('needs the server for a published stream, and for no other', () => {
  const { whip } = configFrom(['me=whip:'], { server: false });
  expect(() => openPublishing(whip, nameSources(['me=whip:']), false)).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', message: '"me" is published over HTTP and needs the server' }),
  );
  expect(() => openPublishing(whip, nameSources(['test:']), false)).not.toThrow();
});
