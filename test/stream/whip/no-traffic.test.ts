/** Nothing leaves the machine because of a publisher; told by the counter of the only interface of a network namespace. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const address = '10.99.0.1';
const script = `set -e
echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 || true
ip link set lo up
ip link add out0 arp off type veth peer name out1
ip addr add ${address}/24 dev out0
ip link set out0 up
ip link set out1 up
ip route add default dev out0
exec "$@"`;

function inNamespace(...command: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('unshare', ['--map-root-user', '--net', 'sh', '-c', script, 'sh', ...command], {
    encoding: 'utf8',
    timeout: 30_000,
  });
}

const available = process.platform === 'linux' && inNamespace('true').status === 0;
const note = available ? '' : ' (SKIPPED: needs unshare, ip and the right to make a network namespace)';

/** What test/support/whip-namespace.mjs prints. */
function publish(...servers: string[]): unknown {
  const { stdout, stderr } = inNamespace(process.execPath, 'test/support/whip-namespace.mjs', address, ...servers);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

test.skipIf(!available)(
  `no packet leaves, whatever addresses an offer names, and no other address is bound${note}`,
  () => {
    // The address above, as the kernel of a little-endian machine writes it.
    expect(publish()).toEqual({ connected: true, left: 0, bound: ['0100630A'] });
  },
);

test.skipIf(!available)(`a STUN server is asked once it is configured, and the counter sees it${note}`, () => {
  expect(publish('stun:198.51.100.9:3478')).toMatchObject({
    connected: true,
    left: expect.toSatisfy((n) => n > 0) as number,
  });
});
