/** The demo clip through the whole program, lossless: the right events, and the same bytes every time. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { matchEvents, type Segment } from '../../src/events/index.js';
import { serverMessage } from '../../src/ws/index.js';
import { runCli, type Finished } from '../support/cli.js';

const truth = JSON.parse(readFileSync('assets/demo.truth.json', 'utf8')) as { segments: Segment[] };
const replay = (): Promise<Finished> => runCli(['run', 'demo=assets/demo.mp4', '--replay', '--json', '--no-server']);

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

  it('recognises what happens: event-level precision and recall of at least 0.8', () => {
    const messages = first.stdout
      .trimEnd()
      .split('\n')
      .map((line) => serverMessage.parse(JSON.parse(line)));
    const ended = messages.filter((message) => message.type === 'action.ended');
    const report = matchEvents(truth.segments, ended, { minIou: 0.5, ignoredLabels: ['nothing happening'] });
    expect(truth.segments.length).toBeGreaterThan(8);
    expect(report.precision, JSON.stringify(report.spurious)).toBeGreaterThanOrEqual(0.8);
    expect(report.recall, JSON.stringify(report.missed)).toBeGreaterThanOrEqual(0.8);
  });
});
