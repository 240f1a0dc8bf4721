/**
 * By how many frames the windows of stream `index` of `streams` (from 0) are put off, so that streams that start together do not all want
 * the engine in the same moment: 0 up to `strideFrames` - 1, evenly spread. One stream alone is never put off.
 */
export function staggerFrames(index: number, streams: number, strideFrames: number): number {
  return Math.floor((index * strideFrames) / streams);
}
