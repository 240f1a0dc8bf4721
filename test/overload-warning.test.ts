import { describe, expect, it } from 'vitest';
import type { ActionwireError } from '../src/core/errors.js';
import type { InferenceMode } from '../src/core/model-info.js';
import type { ActionwireMessage } from '../src/core/types.js';
import { overloadWarning } from '../src/overload-warning.js';

const dropped = (streamId: string): ActionwireMessage => ({ kind: 'dropped', streamId, windowIndex: 0 });
const gap: ActionwireMessage = { kind: 'gap', streamId: 'a', reason: 'reconnect', atPtsMs: 0 };

function setUp(inference: InferenceMode = 'exact'): {
  engine: { status: string };
  warnings: ActionwireError[];
  hear: (message: ActionwireMessage) => void;
} {
  const engine = { status: 'running', info: { inference, strideFrames: 4 } };
  const warnings: ActionwireError[] = [];
  let nowMs = 0;
  const clock = { now: () => (nowMs += 100) };
  return { engine, warnings, hear: overloadWarning(engine, (error) => warnings.push(error), clock) };
}

describe('overloadWarning', () => {
  it('tells share, streams and what to do, once', () => {
    const { warnings, hear } = setUp();
    for (const streamId of ['a', 'b', 'a', 'b', 'a', 'b', 'a']) hear(dropped(streamId));
    expect(warnings).toMatchObject([
      {
        code: 'INFERENCE_OVERLOADED',
        message: 'inference cannot keep up: 100 % of the windows of the last 10 s were dropped, on 2 streams',
        hint: expect.stringMatching(/--stride` above 4.*--mode streaming.*--max-windows/) as string,
      },
    ]);
  });

  it('does not advise the mode that already runs, nor a stride, which saves nothing there', () => {
    const { warnings, hear } = setUp('streaming');
    for (let i = 0; i < 5; i++) hear(dropped('a'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]!.message).toContain('on one stream');
    expect(warnings[0]!.hint).not.toMatch(/--mode|--stride/);
  });

  it('counts neither what is lost to a restart nor anything but windows', () => {
    const { engine, warnings, hear } = setUp();
    engine.status = 'restarting';
    for (let i = 0; i < 50; i++) hear(dropped('a'));
    engine.status = 'running';
    for (let i = 0; i < 50; i++) hear(gap);
    expect(warnings).toEqual([]);
  });
});
