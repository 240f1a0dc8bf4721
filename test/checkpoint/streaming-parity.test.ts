/** The streaming graphs compute what transformers' own modules give frame by frame (test/reference/make_streaming_goldens.py). */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint, writeGraphs, type GraphFiles } from '../../src/checkpoint/index.js';
import { caseNamed, readGolden, type Case } from './support/cases.js';
import { bounds, largestDifference, relativeL2 } from './support/compare.js';
import { runGraphs } from './support/run-graphs.js';
import { seededFrames } from './support/seeded.js';
import { StreamGraphs, type StreamRun } from './support/stream-graphs.js';
import { writeCheckpoint } from './support/write-checkpoint.js';

const names = [
  'one-layer-4-frames',
  'three-layers-8-frames-batch-3',
  '32-frames-patch-32-101-labels',
  'exact-gelu-batch-3-101-labels',
  'half-precision',
];

interface Opened {
  readonly graphs: GraphFiles;
  readonly streaming: StreamGraphs;
  readonly close: () => Promise<void>;
}

async function open(test: Case): Promise<Opened> {
  const folder = await writeCheckpoint(test);
  const graphs = await writeGraphs(await openCheckpoint(folder.dir), join(folder.dir, 'graphs'));
  const streaming = await StreamGraphs.open(graphs, test);
  const close = async (): Promise<void> => {
    await streaming.close();
    await folder.remove();
  };
  return { graphs, streaming, close };
}

const ones = (count: number): number[] => new Array<number>(count).fill(1);

describe('streaming mode against transformers', () => {
  it.each(names)('%s, frame by frame', async (name) => {
    const test = caseNamed(name);
    const golden = await readGolden({ ...test, name: `streaming/${name}` });
    const { streaming, close } = await open(test);
    try {
      const window = test.config.vision_config.num_frames;
      const frames = golden.get('logits')!.length / test.batch / test.labels + window - 1;
      expect(frames).toBeGreaterThan(window);
      const found = await streaming.run(frames, ones(frames));
      const differences = {
        frame_features: relativeL2(found.features, golden.get('frame_features')!),
        patch_features: relativeL2(found.patches, golden.get('patch_features')!),
        logits: largestDifference(found.logits, golden.get('logits')!),
      };
      if (process.env['ACTIONWIRE_SHOW_PARITY'] !== undefined) console.log(name, differences);
      for (const [output, difference] of Object.entries(differences)) {
        expect(difference, output).toBeLessThanOrEqual(bounds[output]!);
      }
    } finally {
      await close();
    }
  });
});

describe('streaming mode', () => {
  const test = caseNamed('three-layers-8-frames-batch-3');
  const frames = 19;
  let opened: Opened;
  let single: StreamRun;
  beforeAll(async () => {
    opened = await open(test);
    single = await opened.streaming.run(frames, ones(frames));
  });
  afterAll(() => opened.close());

  it('gives the same numbers whatever number of frames comes at once', { timeout: 120_000 }, async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: frames }), { minLength: frames, maxLength: frames });
    const property = fc.asyncProperty(sizes, async (wishes) => {
      const chunks: number[] = [];
      for (let left = frames; left > 0; left -= chunks.at(-1)!) chunks.push(Math.min(left, wishes[chunks.length]!));
      const chunked = await opened.streaming.run(frames, chunks);
      expect(relativeL2(chunked.features, single.features)).toBeLessThan(1e-5);
      expect(largestDifference(chunked.logits, single.logits)).toBeLessThan(1e-4);
    });
    await fc.assert(property, { numRuns: 12 });
  });

  it('is not exact mode: its difference is far above the bounds of parity', async () => {
    const window = test.config.vision_config.num_frames;
    const exact = await runGraphs(opened.graphs, test);
    // Only the first stream begins with the same pictures in both.
    const edge = test.config.vision_config.image_size;
    const bytes = window * edge * edge * 3;
    expect(seededFrames(test.seed, test.batch * frames, edge).subarray(0, bytes)).toEqual(
      seededFrames(test.seed, test.batch * window, edge).subarray(0, bytes),
    );
    const streamed = single.logits.slice(0, test.labels);
    const whole = exact.get('logits')!.data.slice(0, test.labels);
    expect(largestDifference(streamed, whole)).toBeGreaterThan(bounds['logits']!);
  });
});
