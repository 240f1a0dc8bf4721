/** The measured side of bench/reconnect.mjs: keeps one stream over each transport and tells its parent every state. */
import { openStream, parseSource } from '../../dist/stream/index.js';

const preparation = /** @type {const} */ ({ shortestEdge: 64, cropWidth: 64, cropHeight: 64, resample: 'bilinear' });
const reconnect = { initialMs: 50, maxMs: 200, factor: 2, jitter: 0 };
const [url = ''] = process.argv.slice(2);

process.on('message', (/** @type {string} */ order) => {
  if (order !== 'sample') return;
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ type: 'sample', heapBytes: heapUsed + external });
});
process.once('disconnect', () => process.exit(0));
await Promise.all(/** @type {const} */ (['tcp', 'udp']).map((transport) => watch(transport)));

/** Frames must count up by one and their media time must only grow, whatever happens in between. */
async function watch(/** @type {'tcp' | 'udp'} */ rtspTransport) {
  const options = { fps: 8, preparation, rtspTransport, reconnect, stallTimeoutMs: 400, openTimeoutMs: 10_000 };
  let [index, ptsMs] = [0, -1];
  for await (const item of openStream(parseSource(url, { id: rtspTransport }), { ...options, mode: 'live' })) {
    if (item.kind === 'state') process.send?.({ type: 'state', ...item.state });
    if (item.kind !== 'frame') continue;
    if (item.frame.index !== index++ || item.frame.ptsMs <= ptsMs)
      throw new Error(`frame ${item.frame.index} at ${item.frame.ptsMs} ms follows ${index - 2} at ${ptsMs} ms`);
    ptsMs = item.frame.ptsMs;
  }
}
