/** Reads what processes are and use from /proc (Linux only): command line, memory, CPU time, file descriptors, threads, peers. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

const PAGE_BYTES = 4096;
const TICKS_PER_SECOND = 100;

/** @param {number} pid @returns {{pid: number, command: string, state: string, rssBytes: number, cpuSeconds: number}[]} the process and all below it */
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
    .map(({ pid: id, command, state, rssBytes, cpuSeconds }) => ({ pid: id, command, state, rssBytes, cpuSeconds }));
}

/** The decoder processes below `pid`. */
export function decodersOf(/** @type {number} */ pid) {
  return processTree(pid).filter(({ command }) => /stream\/child\/main\.js/.test(command));
}

/** Open file descriptors, threads and resident bytes of one process. */
export function holdings(/** @type {number} */ pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    fds: readdirSync(`/proc/${pid}/fd`).length,
    threads: Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]),
    rssBytes: 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]),
  };
}

/** Resident bytes of a process with shared pages divided among those that share them: what one process more really costs. */
export function proportionalBytes(/** @type {number} */ pid) {
  return 1024 * Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
}

/** What a process has open: paths of files, and TCP ports of the other ends of its IPv4 connections. */
export function opened(/** @type {number} */ pid) {
  try {
    const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    const inodes = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]).filter(Boolean));
    const connections = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n').slice(1);
    const ports = connections
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => inodes.has(fields[9]))
      .map((fields) => Number.parseInt((fields[2] ?? '').split(':')[1] ?? '', 16));
    return { paths: links, ports };
  } catch {
    return { paths: [], ports: [] }; // it ended, or closed something, while we looked
  }
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
      state: fields[0] ?? '',
      rssBytes: field(24) * PAGE_BYTES,
      cpuSeconds: (field(14) + field(15)) / TICKS_PER_SECOND,
    };
  } catch {
    return undefined; // the process ended between listing and reading
  }
}
