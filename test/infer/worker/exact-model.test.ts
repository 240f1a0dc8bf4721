import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { ExactModel } from '../../../src/infer/worker/exact-model.js';
import { Vocabularies } from '../../../src/infer/worker/vocabularies.js';

const floats = (values: readonly number[], shape: readonly number[]): Tensor =>
  new Tensor('float32', Float32Array.from(values), shape);

/** A session that only remembers how many rows each of its runs had. */
function session(rowsOfRuns: number[], run: (feeds: InferenceSession.FeedsType) => InferenceSession.ReturnType) {
  return {
    run: (feeds: InferenceSession.FeedsType) => {
      const output = run(feeds);
      rowsOfRuns.push(Object.values(output)[0]?.dims[0] ?? 0);
      return Promise.resolve(output);
    },
  } as unknown as InferenceSession;
}

it('runs vision once for windows of different label sets, the head once for each set', async () => {
  const [visionRows, headRows]: [number[], number[]] = [[], []];
  // A window is one pixel, which is its embedding; a logit is embedding x label.
  const vision = session(visionRows, ({ frames }) => {
    const pixels = [...(frames?.data as Uint8Array)];
    const shape = [pixels.length, 1];
    return { video_embeds: floats(pixels, shape), patch_features: floats(pixels, [...shape, 1]) };
  });
  const head = session(headRows, ({ video_embeds, patch_features, text_embeds }) => {
    expect(patch_features?.dims).toEqual([video_embeds?.dims[0], 1, 1]);
    const [windows, labels] = [video_embeds, text_embeds].map((tensor) => [...(tensor?.data as Float32Array)]);
    const logits = floats(
      windows!.flatMap((window) => labels!.map((label) => window * label)),
      [windows!.length, labels!.length],
    );
    return { logits, probabilities: logits };
  });
  const vocabularies = new Vocabularies({ embeddings: floats([1, 2], [2, 1]) });
  vocabularies.add(7, { embeddings: Float32Array.of(10, 20, 30), labelCount: 3 });
  const model = new ExactModel({ vision, head, vocabularies }, [1, 1, 1]);
  const items = [0, 7, 0, 7, 0].map((vocabulary, i) => ({
    streamId: `${i}`,
    restart: true,
    keep: false,
    pixels: Uint8Array.of(i + 1),
    vocabulary,
  }));
  const logits = (await model.run(items)).map((scores) => [...scores.logits]);
  expect(logits).toEqual([
    [1, 2],
    [20, 40, 60],
    [3, 6],
    [40, 80, 120],
    [5, 10],
  ]);
  expect([visionRows, headRows]).toEqual([[5], [3, 2]]);
});
