/** Reads command line, resident memory and CPU time of a process and its descendants from /proc (Linux only). */
import { readFileSync, readdirSync } from 'node:fs';

const PAGE_BYTES = 4096;
const TICKS_PER_SECOND = 100;

/** @param {number} pid @returns {{pid: number, command: string, rssBytes: number, cpuSeconds: number}[]} the process and all below it */
export function processTree(pid) {
  const parents = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = statOf(Number(entry));
    if (stat !== undefined) parents.set(stat.pid, stat);
  }
  const inside = (/** @type {number} */ id) => id === pid || (parents.has(id) && inside(parents.get(id).parent));
  return [...parents.values()]
    .filter((stat) => inside(stat.pid))
    .map(({ pid: id, command, rssBytes, cpuSeconds }) => ({ pid: id, command, rssBytes, cpuSeconds }));
}

/** @param {number} pid */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (/** @type {number} */ number) => Number(fields[number - 3]);
    return {
      pid,
      command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
      parent: field(4),
      rssBytes: field(24) * PAGE_BYTES,
      cpuSeconds: (field(14) + field(15)) / TICKS_PER_SECOND,
    };
  } catch {
    return undefined; // the process ended between listing and reading
  }
}
