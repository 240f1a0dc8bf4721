/** Runs the text tower once over all prompts and averages each label's embeddings. */
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Prompts per run of the text graph: bounds its memory however many labels there are. */
const rowsPerRun = 32;

/**
 * `tokens.shape` is `[prompts, length]`; returns `[labels, P]` float32. Plain means of the plain (not normalised) embeddings: X-CLIP hands
 * them unnormalised to its prompts generator (transformers, modeling_x_clip.py, XCLIPModel.forward) and normalises after it.
 */
export async function encodeLabels(
  session: InferenceSession,
  tokens: { readonly inputIds: BigInt64Array; readonly shape: readonly [number, number] },
  promptCounts: readonly number[],
): Promise<Tensor> {
  const [prompts, length] = tokens.shape;
  const rows: Float32Array[] = [];
  for (let first = 0; first < prompts; first += rowsPerRun) {
    const count = Math.min(rowsPerRun, prompts - first);
    const ids = tokens.inputIds.subarray(first * length, (first + count) * length);
    const output = await session.run({ input_ids: new Tensor('int64', ids, [count, length]) });
    rows.push(...splitRows(output['text_embeds']?.data as Float32Array, count));
  }
  const means = averageGroups(rows, promptCounts);
  const width = means[0]?.length ?? 0;
  return new Tensor('float32', Float32Array.from(means.flatMap((row) => [...row])), [means.length, width]);
}

function splitRows(data: Float32Array, count: number): Float32Array[] {
  const width = data.length / count;
  return Array.from({ length: count }, (_, row) => data.slice(row * width, (row + 1) * width));
}

/** The mean of the first `counts[0]` rows, of the next `counts[1]`, and so on. */
export function averageGroups(rows: readonly Float32Array[], counts: readonly number[]): Float32Array[] {
  let next = 0;
  return counts.map((count) => {
    const group = rows.slice(next, (next += count));
    return Float32Array.from(group[0] ?? [], (_, i) => group.reduce((sum, row) => sum + (row[i] ?? 0), 0) / count);
  });
}
