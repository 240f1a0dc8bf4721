/** Ctrl-C and SIGTERM end everything within two seconds, with exit code 0 and no process left behind. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startCli } from '../support/cli.js';
import { Subscriber } from '../support/subscriber.js';

/** Process ids of the children of `pid` (Linux). */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.skipIf(process.platform !== 'linux')('ending the program', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s while two streams run', async (signal) => {
    const program = startCli(['run', 'a=test:', 'b=test:', '--port', '0', '--json']);
    const [url] = await program.waitFor(/ws:\/\/\S+/);
    const subscriber = await Subscriber.connect(url);
    subscriber.send({ type: 'subscribe', scores: true });
    for (const id of ['a', 'b'])
      await subscriber.first((message) => message.type === 'scores' && message.streamId === id);
    const children = childrenOf(program.child.pid!);
    expect(children.length).toBeGreaterThanOrEqual(2);

    const asked = performance.now();
    program.child.kill(signal);
    const { code, stderr } = await program.finished;
    expect(performance.now() - asked).toBeLessThan(2000);
    expect(code, stderr).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
  });

  it('a file that ends ends the run', async () => {
    const program = startCli(['run', 'assets/demo.mp4', '--replay', '--no-server', '--json']);
    expect((await program.finished).code).toBe(0);
  }, 60_000);
});
