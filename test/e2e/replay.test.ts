/** The demo clip through the whole program, lossless: the right events, and the same bytes every time. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serverMessage } from '../../src/ws/index.js';
import { runCli, type Finished } from '../support/cli.js';
import { demoClip, expectDemoActions } from '../support/demo.js';

const replay = (): Promise<Finished> => runCli(['run', `demo=${demoClip}`, '--replay', '--json', '--no-server']);

describe('replaying the demo clip', () => {
  let first: Finished;
  let second: Finished;

  beforeAll(async () => {
    first = await replay();
    second = await replay();
  }, 120_000);

  it('ends by itself with exit code 0', () => {
    expect(first.code).toBe(0);
  });

  it('gives byte-identical event logs', () => {
    expect(second.stdout).toBe(first.stdout);
  });

  it('recognises what happens', () => {
    const messages = first.stdout
      .trimEnd()
      .split('\n')
      .map((line) => serverMessage.parse(JSON.parse(line)));
    expectDemoActions(messages.filter((message) => message.type === 'action.ended'));
  });
});
