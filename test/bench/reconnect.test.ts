/** The bench of lost cameras, in small: nothing is left of a connection that was lost. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hasRtspServer } from '../support/rtsp-server.js';

interface Counted {
  readonly first: number;
  readonly last: number;
}

describe.skipIf(process.platform !== 'linux' || !hasRtspServer())('ten lost cameras over TCP and ten over UDP', () => {
  it('leave no file descriptor, thread or process behind', { timeout: 180_000 }, async () => {
    const args = ['bench/reconnect.mjs', '--cycles', '10', '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const result = JSON.parse(stdout) as Record<'fds' | 'threads' | 'decoders', Counted> & { reconnects: number };
    expect(result).toMatchObject({ reconnects: 20, zombies: 0 });
    for (const { first, last } of [result.fds, result.threads, result.decoders]) expect(last).toBe(first);
    expect(result.decoders.last).toBe(2);
  });
});
