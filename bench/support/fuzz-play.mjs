/** Plays one damaged recording through its decoder process, as `run --replay` does, and says how it went and what it took. */
import { readFileSync } from 'node:fs';
import { errorCatalogue } from '../../dist/core/error-catalogue.js';
import { openStream, parseSource } from '../../dist/stream/index.js';

const preparation = /** @type {const} */ ({ shortestEdge: 64, cropWidth: 64, cropHeight: 64, resample: 'bilinear' });
const lookEveryMs = 20;

/**
 * @param {string} path
 * @param {{deadlineMs: number, memoryMiB: number}} limits a file past one of them is stopped
 * @returns {Promise<{outcome: 'ended' | 'failed' | 'hang' | 'memory' | 'fault', code?: string, reason?: string, ms: number, mib: number}>}
 * `fault`: the program itself did something it must not. `mib`: highest resident memory of the decoder process, read
 * every 20 ms; 0 where there is no /proc
 */
export async function play(path, { deadlineMs, memoryMiB }) {
  const begin = performance.now();
  const stop = new AbortController();
  const watch = { overdue: false, mib: 0, pid: /** @type {number | undefined} */ (undefined) };
  const deadline = setTimeout(() => {
    watch.overdue = true;
    stop.abort();
  }, deadlineMs);
  const look = setInterval(() => {
    watch.mib = Math.max(watch.mib, peakMiB(watch.pid));
    if (watch.mib > memoryMiB) stop.abort();
  }, lookEveryMs);
  const finish = (result) => ({ ...result, ms: Math.round(performance.now() - begin), mib: Math.round(watch.mib) });
  try {
    const last = await lastState(path, stop.signal, (pid) => (watch.pid = pid));
    return finish(judge(last, watch, memoryMiB));
  } catch (error) {
    return finish({
      outcome: 'fault',
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  } finally {
    clearTimeout(deadline);
    clearInterval(look);
  }
}

/** The state with which the stream ended; its decoder process is told as soon as it runs. */
async function lastState(path, signal, onProcess) {
  const options = { fps: 8, preparation, mode: /** @type {const} */ ('replay'), signal };
  const items = openStream(parseSource(`file:${path}`, { id: 'fuzz' }), options)[Symbol.asyncIterator]();
  // The decoder process is started by the first call itself: whoever is new among the children is it.
  const before = decoderPids();
  let next = items.next();
  onProcess(decoderPids().find((pid) => !before.includes(pid)));
  let last;
  for (let item = await next; item.done !== true; item = await next) {
    if (item.value.kind === 'state') last = item.value.state;
    next = items.next();
  }
  return last;
}

function judge(last, { overdue, mib, pid }, memoryMiB) {
  if (pid === undefined && process.platform === 'linux') return fault('no decoder process was seen');
  if (pid !== undefined && decoderPids().includes(pid)) return fault(`decoder process ${pid} is left`);
  if (mib > memoryMiB) return { outcome: 'memory', reason: `${Math.round(mib)} MiB` };
  if (overdue) return { outcome: 'hang', reason: `still '${last?.status}' at the deadline` };
  if (last?.status === 'ended') return { outcome: 'ended' };
  if (last?.status !== 'failed') return fault(`the last state is '${last?.status}'`);
  const { code, reason } = last;
  return code in errorCatalogue ? { outcome: 'failed', code, reason } : fault(`the catalogue has no code '${code}'`);
}

function fault(reason) {
  return { outcome: 'fault', reason };
}

/** The children of this process, which are decoder processes only; none where there is no /proc. @returns {number[]} */
export function decoderPids() {
  if (process.platform !== 'linux') return [];
  const text = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/** Highest resident memory so far, MiB; 0 when the process is gone. */
function peakMiB(pid) {
  if (pid === undefined) return 0;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0; // the process ended between two looks
  }
}
