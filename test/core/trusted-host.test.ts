import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { isAllowedOrigin, isTrustedHost } from '../../src/core/trusted-host.js';

test.each([
  ['127.0.0.1:8080', true],
  ['[::1]:8080', true],
  ['192.168.1.5', true],
  ['localhost:1', true],
  [`${hostname()}:8080`, true],
  [`${hostname()}.local`, true],
  ['evil.example', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['', false],
  [undefined, false],
  ['a b', false],
])('host %s trusted: %s', (host, expected) => expect(isTrustedHost(host)).toBe(expected));

test.each([
  [undefined, 'anything', [], true],
  ['http://localhost:8080', 'localhost:8080', [], true],
  ['http://localhost:8081', 'localhost:8080', [], false],
  ['https://evil.example', 'localhost:8080', [], false],
  ['http://evil.example', 'evil.example', [], false],
  ['null', 'localhost', [], false],
  ['https://a.example', 'localhost', ['https://a.example'], true],
  ['http://a.example', 'localhost', ['https://a.example'], false],
  ['https://a.example', 'a.example', ['https://a.example/'], true],
  ['https://any.example', 'localhost', ['*'], true],
])('origin %s at host %s with %j allowed: %s', (origin, host, allowed, expected) => {
  expect(isAllowedOrigin(origin, host, allowed)).toBe(expected);
});
