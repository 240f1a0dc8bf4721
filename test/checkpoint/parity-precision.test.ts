/** fp16 and int8 graphs stay near what transformers computes in float32, for tiny models with random weights. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, writeGraphs } from '../../src/checkpoint/index.js';
import { caseNamed, readGolden } from './support/cases.js';
import { cosine, largestDifference } from './support/compare.js';
import { runGraphs } from './support/run-graphs.js';
import { StreamGraphs } from './support/stream-graphs.js';
import { writeCheckpoint } from './support/write-checkpoint.js';

/** Several times what was measured; random weights are harder to round than trained ones. */
const bounds = {
  fp16: { cosine: 0.999999, logits: 0.02 },
  int8: { cosine: 0.9997, logits: 0.3 },
} as const;

const names = [
  'one-layer-4-frames',
  'three-layers-8-frames-batch-3',
  'exact-gelu-batch-3-101-labels',
  'half-precision',
  'bfloat16',
  'three-shards',
];
const show = process.env['ACTIONWIRE_SHOW_PARITY'] !== undefined;

describe.each(['fp16', 'int8'] as const)('in %s', (precision) => {
  it.each(names)('%s, exact mode', async (name) => {
    const test = caseNamed(name);
    const folder = await writeCheckpoint(test);
    try {
      const graphs = await writeGraphs(await openCheckpoint(folder.dir), join(folder.dir, 'graphs'), { precision });
      const [found, golden] = [await runGraphs(graphs, test), await readGolden(test)];
      const differences = {
        cosine: cosine(found.get('video_embeds')!.data, golden.get('video_embeds')!),
        patches: cosine(found.get('patch_features')!.data, golden.get('patch_features')!),
        logits: largestDifference(found.get('logits')!.data, golden.get('logits')!),
      };
      if (show) console.log(precision, name, differences);
      expect(differences.cosine).toBeGreaterThan(bounds[precision].cosine);
      expect(differences.patches).toBeGreaterThan(bounds[precision].cosine);
      expect(differences.logits).toBeLessThan(bounds[precision].logits);
      // Equal to float32 it would mean that nothing was computed in the other precision.
      expect(differences.logits).toBeGreaterThan(1e-5);
    } finally {
      await folder.remove();
    }
  });

  it('three-layers-8-frames-batch-3, streaming mode', async () => {
    const test = caseNamed('three-layers-8-frames-batch-3');
    const golden = await readGolden({ ...test, name: `streaming/${test.name}` });
    const folder = await writeCheckpoint(test);
    try {
      const graphs = await writeGraphs(await openCheckpoint(folder.dir), join(folder.dir, 'graphs'), { precision });
      const streaming = await StreamGraphs.open(graphs, test);
      const window = test.config.vision_config.num_frames;
      const frames = golden.get('logits')!.length / test.batch / test.labels + window - 1;
      const found = await streaming.run(frames, new Array<number>(frames).fill(1));
      await streaming.close();
      const difference = largestDifference(found.logits, golden.get('logits')!);
      if (show) console.log(precision, 'streaming', cosine(found.features, golden.get('frame_features')!), difference);
      expect(cosine(found.features, golden.get('frame_features')!)).toBeGreaterThan(bounds[precision].cosine);
      expect(difference).toBeLessThan(bounds[precision].logits);
    } finally {
      await folder.remove();
    }
  });
});
