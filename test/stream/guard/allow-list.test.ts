import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { AllowList, defaultAllowList } from '../../../src/stream/guard/allow-list.js';
import { mustBeAllowed } from '../../../src/stream/guard/check-source.js';
import { targetOf } from '../../../src/stream/guard/target.js';
import { parseSource } from '../../../src/stream/index.js';

const allows = (patterns: readonly string[], url: string, address: string): boolean =>
  new AllowList(patterns).allows(targetOf(url)!, address);
const ask = (url: string, patterns: readonly string[] = defaultAllowList): Promise<string> =>
  mustBeAllowed(parseSource(url, { id: 'cam' }), patterns).then(
    () => 'allowed',
    (error: unknown) => (error as { code: string }).code,
  );

describe('where a URL leads', () => {
  it.each([
    ['http://2130706433/', '127.0.0.1', 80],
    ['http://0x7f.1:8080/', '127.0.0.1', 8080],
    ['rtsp://017700000001/', '127.0.0.1', 554],
    ['rtsp://[::FFFF:127.0.0.1]:80/', '::ffff:7f00:1', 80],
    ['http://camera.example.@127.0.0.1/', '127.0.0.1', 80],
    ['http://127.0.0.1#@camera.example/', '127.0.0.1', 80],
    ['http://127.0.0.1\\@camera.example/', '127.0.0.1', 80],
    ['https://CAMERA.example./x', 'camera.example', 443],
    ['http://１２７.0.0.1/', '127.0.0.1', 80],
    ['rtsps://camera/', 'camera', 322],
  ])('%s', (url, host, port) => {
    expect(targetOf(url)).toMatchObject({ host, port });
  });

  it.each(['ftp://camera/', 'camera', 'http://', 'file:///etc/passwd', 'http://a b/'])('%s leads nowhere', (url) => {
    expect(targetOf(url)).toBeUndefined();
  });
});

describe('without patterns', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'ff02::1',
  ])('%s is out of reach', (address) => {
    expect(allows(defaultAllowList, 'http://camera/', address)).toBe(false);
  });

  it.each(['10.0.0.5', '192.168.1.7', '172.16.3.3', '93.184.216.34', 'fd12:3456::1', '2606:4700::1'])(
    '%s is a camera like any other',
    (address) => {
      expect(allows(defaultAllowList, 'rtsp://camera/', address)).toBe(true);
    },
  );

  it('no address of this machine is reached', () => {
    const own = Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map(({ address }) => address));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((address) => allows(defaultAllowList, 'http://camera/', address))).toEqual([]);
  });

  it.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://[::ffff:127.0.0.1]/',
    'rtsp://0177.0.0.1/',
    'rtsp://user:pw@[::1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://camera.example@127.0.0.1/',
  ])('%s is refused at once', async (url) => {
    expect(await ask(url)).toBe('SOURCE_NOT_ALLOWED');
  });

  it.each(['file:/etc/passwd', 'webcam:0', 'test:'])('%s is refused', async (url) => {
    expect(await ask(url)).toBe('SOURCE_NOT_ALLOWED');
  });

  it('a name that nobody knows is the stream’s to tell', async () => {
    expect(await ask('rtsp://camera.invalid/1')).toBe('allowed');
  });
});

describe('patterns', () => {
  it.each([
    ['rtsp://10.0.0.0/8', 'rtsp://10.1.2.3/', '10.1.2.3', true],
    ['rtsp://10.0.0.0/8', 'rtsp://camera/', '10.1.2.3', true],
    ['rtsp://10.0.0.0/8', 'rtsp://camera/', '11.1.2.3', false],
    ['rtsp://10.0.0.0/8', 'http://10.1.2.3/', '10.1.2.3', false],
    ['rtsp://10.0.0.0/8:8554', 'rtsp://10.1.2.3:8554/', '10.1.2.3', true],
    ['rtsp://10.0.0.0/8:8554', 'rtsp://10.1.2.3/', '10.1.2.3', false],
    ['http://127.0.0.1', 'http://127.0.0.1:99/', '127.0.0.1', true],
    ['http://[fd00::]/8', 'http://[fd00::1]/', 'fd00::1', true],
    ['rtsp://*.cams.example', 'rtsp://front.cams.example/', '192.0.2.1', true],
    ['rtsp://*.cams.example', 'rtsp://cams.example/', '192.0.2.1', false],
    ['rtsp://*.cams.example', 'rtsp://evilcams.example/', '192.0.2.1', false],
    ['rtsp://*.cams.example', 'rtsp://front.cams.example.evil.example/', '192.0.2.1', false],
    // A name opens no special address, wherever its owner lets it point.
    ['rtsp://*.cams.example', 'rtsp://front.cams.example/', '127.0.0.1', false],
    ['http://localhost', 'http://localhost/', '127.0.0.1', false],
  ])('%s, asked for %s at %s: %s', (pattern, url, address, expected) => {
    expect(allows([pattern], url, address)).toBe(expected);
  });

  it.each([
    '10.0.0.0/8',
    'file:///',
    'rtsp://',
    'rtsp://10.0.0.0/33',
    'rtsp://a/8',
    'ftp://a',
    'rtsp://a*b',
    'rtsp://u:pw@a',
    'http://a:70000',
  ])('%s is no pattern', (pattern) => {
    expect(() => new AllowList([pattern])).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});
