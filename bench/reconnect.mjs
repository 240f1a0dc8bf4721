/**
 * One live RTSP stream over TCP and one over UDP lose their camera again and again: what does the program keep of it?
 *
 *   npm run build && node bench/reconnect.mjs [--cycles 200] [--json]
 *
 * Cycles in turn: connection closed; nobody at the port, then somebody; 404, then found; server killed and restarted; server
 * frozen until the stream is lost, then thawed. Both streams have to be lost with the fitting code and live again each time.
 * The streams run in a process of their own, which is looked at whenever both are live. Linux only (reads /proc), needs
 * GStreamer's RTSP server (.ci/apt-packages.txt).
 * Asserts: file descriptors, threads and decoder processes at the end exactly as at the start, never a zombie, media time
 * and frame numbers of one piece, and growth of heap and resident memory within bench/budgets.json.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { decodersOf, holdings, processTree } from './support/processes.mjs';
import { startRtspServer } from './support/rtsp-server.mjs';
import { percentile, round, slope } from './support/statistics.mjs';
import { TcpRelay } from './support/tcp-relay.mjs';

/** One cycle's longest time, of which nearly all is reserve. Milliseconds. */
const cycleTimeoutMs = 30_000;
/** Cycles before memory counts: until then heaps and allocators find their size. */
const warmUpShare = 0.25;
/** Samples at each end among which the fewest descriptors, threads and decoders count: one for each kind of fault. */
const settledSamples = 5;
const file = 'assets/demo.mp4';
const transports = ['tcp', 'udp'];

const { values: flags } = parseArgs({
  options: { cycles: { type: 'string', default: '200' }, json: { type: 'boolean', default: false } },
});
const cycles = Number(flags.cycles);
const budget = JSON.parse(readFileSync(new URL('./budgets.json', import.meta.url), 'utf8')).reconnect;

let server = await startRtspServer({ file });
const relay = await TcpRelay.open(server.port);
const program = fork(
  fileURLToPath(new URL('./support/reconnecting-program.mjs', import.meta.url)),
  [`rtsp://127.0.0.1:${relay.port}/stream`],
  { execArgv: ['--expose-gc'] },
);
/** States of both streams in this cycle. @type {{streamId: string, status: string, code?: string}[]} */
let states = [];
program.on('message', (message) => message.type === 'state' && states.push(message));

/** Each breaks the connection, waits until both streams have noticed it in the right way, and repairs it. */
const faults = {
  closed: async () => {
    relay.cut();
    await both('lost', /^SOURCE_(ENDED|UNREACHABLE|CORRUPT)$/);
  },
  refused: async () => {
    await relay.refuse();
    relay.cut();
    await both('lost', /^SOURCE_UNREACHABLE$/);
    await relay.listen();
  },
  'not found': async () => {
    relay.answerOnly('RTSP/1.0 404 Not Found\r\nCSeq: 1\r\n\r\n');
    relay.cut();
    await both('lost', /^SOURCE_NOT_FOUND$/);
    await relay.listen();
  },
  killed: async () => {
    await server.kill();
    await both('lost', /^SOURCE_/);
    server = await startRtspServer({ file, port: server.port });
  },
  frozen: async () => {
    server.freeze();
    await both('lost', /^SOURCE_STALLED$/);
    server.thaw();
  },
};

try {
  await both('live');
  const samples = [await sample()];
  const recoveries = [];
  for (let cycle = 0; cycle < cycles; cycle++) {
    const kind = Object.keys(faults)[cycle % Object.keys(faults).length];
    states = [];
    await faults[kind]();
    const repairedAt = performance.now();
    await both('live');
    recoveries.push({ kind, ms: performance.now() - repairedAt });
    samples.push(await sample());
  }
  report(samples, recoveries);
} finally {
  program.kill('SIGKILL');
  relay.close();
  await server.kill();
}

/** Resolves when each stream has been in this state, for such a reason, since this cycle began; `live`: when it is now. */
async function both(status, code) {
  const deadline = performance.now() + cycleTimeoutMs;
  const reached = (transport) => {
    const own = states.filter(({ streamId }) => streamId === transport);
    if (status !== 'live') return own.some((state) => state.status === status && code.test(state.code ?? ''));
    return own.at(-1)?.status === 'live';
  };
  while (!transports.every(reached)) {
    if (program.exitCode !== null) throw new Error('the program with the streams ended');
    if (performance.now() > deadline) throw new Error(`not both ${status}: ${JSON.stringify(states)}`);
    await sleep(10);
  }
}

/** What the program holds now, after its garbage was collected. */
async function sample() {
  program.send('sample');
  const heapBytes = await new Promise((resolve) => {
    const take = (message) => {
      if (message.type !== 'sample') return;
      program.off('message', take);
      resolve(message.heapBytes);
    };
    program.on('message', take);
  });
  const zombies = processTree(program.pid).filter(({ state }) => state === 'Z').length;
  return { ...holdings(program.pid), heapBytes, decoders: decodersOf(program.pid).length, zombies };
}

function report(samples, recoveries) {
  const [first, last] = [samples[0], samples.at(-1)];
  const settled = samples.slice(Math.floor(cycles * warmUpShare));
  const mbPer100 = (name) => round((100 * slope(settled.map((each, i) => [i, each[name]]))) / 2 ** 20);
  const most = (name) => Math.max(...samples.map((each) => each[name]));
  const result = {
    cycles,
    reconnects: transports.length * cycles,
    fds: { first: first.fds, last: last.fds, most: most('fds') },
    threads: { first: first.threads, last: last.threads, most: most('threads') },
    decoders: { first: first.decoders, last: last.decoders, most: most('decoders') },
    zombies: most('zombies'),
    rssMb: {
      first: round(first.rssBytes / 2 ** 20),
      last: round(last.rssBytes / 2 ** 20),
      per100Cycles: mbPer100('rssBytes'),
    },
    heapMb: {
      first: round(first.heapBytes / 2 ** 20),
      last: round(last.heapBytes / 2 ** 20),
      per100Cycles: mbPer100('heapBytes'),
    },
    repairedToLiveMs: Object.fromEntries(
      Object.keys(faults).map((kind) => {
        const times = recoveries.filter((each) => each.kind === kind).map(({ ms }) => ms);
        return [kind, { median: round(percentile(times, 0.5), 0), most: round(Math.max(...times), 0) }];
      }),
    ),
  };
  if (!flags.json) {
    const { fds, threads, decoders, rssMb, heapMb } = result;
    console.table({ fds, threads, decoders, 'RSS MB': rssMb, 'heap MB': heapMb });
    console.table(result.repairedToLiveMs);
  }
  console.log(JSON.stringify(result));
  for (const name of /** @type {const} */ (['fds', 'threads', 'decoders'])) {
    // The fewest of some samples: a socket of the connection just lost may still be closing in a single one.
    const fewest = (some) => Math.min(...some.map((each) => each[name]));
    const [before, after] = [fewest(samples.slice(0, settledSamples)), fewest(samples.slice(-settledSamples))];
    assert.equal(after, before, `${name} at the end are not those of the start`);
  }
  assert.equal(result.zombies, 0, 'decoder processes were left as zombies');
  // A slope over a few cycles is noise; the small run in the tests asserts the counts.
  if (cycles < 100) return;
  assert(result.rssMb.per100Cycles <= budget.rssMbPer100Cycles, 'resident memory grows');
  assert(result.heapMb.per100Cycles <= budget.heapMbPer100Cycles, 'the heap grows');
}
