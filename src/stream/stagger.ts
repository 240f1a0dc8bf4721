/**
 * By how many frames the windows of stream `index` of `streams` (from 0) are put off, so that streams that start together do not all want
 * the engine in the same moment: 0 up to `strideFrames` - 1, evenly spread. One stream alone is never put off.
 */
export function staggerFrames(index: number, streams: number, strideFrames: number): number {
  return Math.floor((index * strideFrames) / streams);
}

/**
 * The offset for a stream that is added to others with the offsets `taken`: one that fewest of them have, and of those the one
 * farthest from its neighbours around the stride. 0 for the first.
 */
export function freeOffset(taken: readonly number[], strideFrames: number): number {
  const uses = (offset: number): number => taken.filter((other) => other === offset).length;
  const distance = (offset: number): number =>
    Math.min(
      ...taken.map((other) =>
        Math.min((offset - other + strideFrames) % strideFrames, (other - offset + strideFrames) % strideFrames),
      ),
    );
  const all = Array.from({ length: strideFrames }, (_, offset) => offset);
  return all.reduce((best, offset) => {
    const better = uses(offset) - uses(best) || distance(best) - distance(offset);
    return better < 0 ? offset : best;
  }, 0);
}
