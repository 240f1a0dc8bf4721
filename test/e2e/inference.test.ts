/** An inference process that cannot be kept alive: health says so, every stream fails with its code, and the program ends with 1. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { startCli } from '../support/cli.js';
import { Subscriber } from '../support/subscriber.js';

/** The inference process of the program `parent`, undefined while there is none. */
function inferencePid(parent: number): number | undefined {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const found = lines
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .find((match) => {
      return Number(match?.[2]) === parent && /infer[\\/]worker[\\/]main\.js/.test(match?.[3] ?? '');
    });
  return found === undefined || found === null ? undefined : Number(found[1]);
}

describe.skipIf(process.platform === 'win32')('inference that dies twice', () => {
  it('is told in /healthz and as the last state of every stream', async () => {
    const program = startCli(['run', 'a=test:', 'b=test:', '--port', '0', '--json']);
    const [url, host] = (await program.waitFor(/ws:\/\/([^/]+)\/ws/)) as unknown as [string, string];
    const health = async (): Promise<unknown> => {
      const response = await fetch(`http://${host}/healthz`);
      return [response.status, await response.json()];
    };
    const subscriber = await Subscriber.connect(url);
    subscriber.send({ type: 'subscribe', scores: true });
    await subscriber.first((message) => message.type === 'scores');
    expect(await health()).toEqual([200, { ok: true, inference: 'running' }]);

    const parent = program.child.pid!;
    process.kill(inferencePid(parent)!, 'SIGKILL');
    await expect.poll(health, { timeout: 10_000 }).toEqual([503, { ok: false, inference: 'restarting' }]);
    await expect.poll(health, { timeout: 20_000 }).toEqual([200, { ok: true, inference: 'running' }]);
    process.kill(inferencePid(parent)!, 'SIGKILL');

    for (const id of ['a', 'b']) {
      const state = await subscriber.first(
        (message) => message.type === 'stream.state' && message.streamId === id && message.status === 'failed',
      );
      expect(state).toMatchObject({ code: 'INFERENCE_GAVE_UP', attempt: 1 });
    }
    const { code, stderr } = await program.finished;
    expect(code).toBe(1);
    expect(stderr).toContain('INFERENCE_GAVE_UP');
  }, 90_000);
});
