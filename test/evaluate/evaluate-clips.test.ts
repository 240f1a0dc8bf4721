/** The evaluation on clips that carry their pictures' numbers: the windows that would be scored are the protocol's. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActionwireError } from '../../src/core/errors.js';
import type { Picture } from '../../src/core/picture.js';
import {
  evaluateClips,
  planProtocol,
  type ClipOutcome,
  type EvaluationTools,
  type Protocol,
} from '../../src/evaluate/index.js';
import { clipIndices, type ProtocolOptions } from '../../src/evaluate/protocol.js';
import { parseSource, readPictures } from '../../src/stream/index.js';
import { makeNumberedClip, numberOf, positionOf } from '../support/numbered-clip.js';

const preparation = { shortestEdge: 64, cropWidth: 64, cropHeight: 64, resample: 'bilinear' } as const;
const info = { frameCount: 8, preparation };
const labels = ['run', 'jump'];
const never = new AbortController().signal;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-evaluate-'));
  await makeNumberedClip(join(folder, 'long.mp4'), { pictures: 50 });
  await makeNumberedClip(join(folder, 'short.mp4'), { pictures: 5 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const plan = (options: Partial<ProtocolOptions> = {}): Protocol =>
  planProtocol({ name: 'videox', clips: 1, crops: 1, seed: 0, frameStep: 1, ...options }, info);

/** Reads with the real decoder; every window is recorded and scored 0.75 to 0.25, turned round for every other one. */
function recorder({ resize }: Protocol): { tools: EvaluationTools; windows: Picture[][] } {
  const windows: Picture[][] = [];
  const tools: EvaluationTools = {
    read: (file, choose, signal) => readPictures(parseSource(`file:${file}`, { id: 'e' }), { resize, choose, signal }),
    score: (pixels) => {
      const frames = Array.from({ length: 8 }, (_, i) => pixels.subarray(i * 64 * 64 * 3, (i + 1) * 64 * 64 * 3));
      windows.push(frames.map((frame) => ({ width: 64, height: 64, pixels: frame })));
      return Promise.resolve(windows.length % 2 === 1 ? Float32Array.of(0.75, 0.25) : Float32Array.of(0.25, 0.75));
    },
  };
  return { tools, windows };
}

async function evaluate(protocol: Protocol, names: string[], tools: EvaluationTools, signal = never) {
  const clips = names.map((path) => ({ path, file: join(folder, path), truth: 1 }));
  const outcomes: ClipOutcome[] = [];
  for await (const outcome of evaluateClips(clips, labels, protocol, tools, signal)) outcomes.push(outcome);
  return outcomes;
}

describe('one view', () => {
  it.each([
    // parts of 6.25 and of 0.625
    ['long.mp4', 50, [3, 9, 15, 21, 28, 34, 40, 46]],
    ['short.mp4', 5, [0, 0, 1, 2, 2, 3, 4, 4]],
  ])('of %s: the pictures of SampleFrames, exactly as many as the model takes', async (name, pictures, numbers) => {
    const protocol = plan({ name: 'videox' });
    const whole = { ...protocol, resize: { ...protocol.resize, shortestEdge: 64 } };
    const { tools, windows } = recorder(whole);
    const outcomes = await evaluate(whole, [name], tools);
    expect(windows.map((frames) => frames.map(numberOf))).toEqual([numbers]);
    expect(outcomes).toMatchObject([{ kind: 'scored', path: name, label: 'jump', rank: 1, pictures }]);
  });

  it('shows the centre of a picture resized to 256 / 224 of the size', async () => {
    const protocol = plan();
    const { tools, windows } = recorder(protocol);
    await evaluate(protocol, ['short.mp4'], tools);
    const [frame] = windows[0]!;
    // shorter edge 73, longer 73 / 240 * 320 = 97.3: the crop begins at column 16 of 97
    expect(protocol.resize.shortestEdge).toBe(73);
    expect(positionOf(frame!, 0)).toBeCloseTo(16.5 / 97, 1);
    expect(positionOf(frame!, 63)).toBeCloseTo(79.5 / 97, 1);
  });
});

describe('several views', () => {
  it('three crops: left, right, middle of a picture whose shorter edge is the size; scores are averaged', async () => {
    const protocol = plan({ crops: 3 });
    const { tools, windows } = recorder(protocol);
    const [outcome] = await evaluate(protocol, ['short.mp4'], tools);
    // 64 / 240 * 320 = 85.3: 85 columns, steps of floor(21 / 2) = 10
    const starts = windows.map(([frame]) => positionOf(frame!, 2) * 85);
    expect(starts).toHaveLength(3);
    [0, 20, 10].forEach((offset, i) => expect(Math.abs(starts[i]! - (offset + 2.5))).toBeLessThan(2));
    for (const frames of windows) expect(frames.map(numberOf)).toEqual([0, 0, 1, 2, 2, 3, 4, 4]);
    expect(outcome).toMatchObject({ rank: 1 });
    const [best, second] = outcome!.kind === 'scored' ? outcome!.top : [];
    expect([best?.label, second?.label]).toEqual(['run', 'jump']);
    expect(best!.score).toBeCloseTo((0.75 + 0.25 + 0.75) / 3, 6);
  });

  it('several clips: each shows its own random pictures', async () => {
    const protocol = plan({ clips: 2, crops: 3, seed: 5 });
    const { tools, windows } = recorder(protocol);
    await evaluate(protocol, ['long.mp4'], tools);
    const [first, second] = clipIndices(protocol, 50, 'long.mp4');
    expect(first).not.toEqual(second);
    const expected = [first, first, first, second, second, second];
    expect(windows.map((frames) => frames.map(numberOf))).toEqual(expected);
  });
});

describe('what goes wrong', () => {
  it('a clip that cannot be read is an outcome, and the next is evaluated', async () => {
    const protocol = plan();
    const outcomes = await evaluate(protocol, ['missing.mp4', 'short.mp4'], recorder(protocol).tools);
    expect(outcomes).toMatchObject([
      { kind: 'unreadable', path: 'missing.mp4', label: 'jump', code: 'SOURCE_NOT_FOUND' },
      { kind: 'scored', path: 'short.mp4' },
    ]);
  });

  it('a failing model ends the evaluation', async () => {
    const protocol = plan();
    const { tools } = recorder(protocol);
    const score = () => Promise.reject(new ActionwireError('INFERENCE_FAILED', 'no memory'));
    await expect(evaluate(protocol, ['short.mp4', 'long.mp4'], { ...tools, score })).rejects.toThrow('no memory');
  });

  it('stops between two views when told to, without half a score', async () => {
    const protocol = plan({ crops: 3 });
    const { tools, windows } = recorder(protocol);
    const stop = new AbortController();
    const score: EvaluationTools['score'] = (pixels) => {
      if (windows.length === 3) stop.abort();
      return tools.score(pixels);
    };
    const outcomes = await evaluate(protocol, ['short.mp4', 'long.mp4'], { ...tools, score }, stop.signal);
    expect(outcomes.map(({ path }) => path)).toEqual(['short.mp4']);
    expect(windows).toHaveLength(4);
  });
});
