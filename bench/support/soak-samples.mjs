/** What the processes of a program use over time, for bench/soak.mjs. */
import { holdings, processTree } from './processes.mjs';
import { mean, slope, sum } from './statistics.mjs';

const mb = 2 ** 20;
/** Memory is judged by the lowest sample of so many seconds: what stays after collection is what grows. */
const stretchSeconds = 30;

/** @param {number} pid of the program @param {number} seconds since the start */
export function takeSample(pid, seconds) {
  const main = { pid, ...holdings(pid) };
  const others = processTree(pid).filter((process) => process.pid !== pid);
  const inference = others.filter(({ command }) => /infer\/worker/.test(command));
  const decoders = others.filter(({ command }) => /stream\/child/.test(command));
  return {
    seconds,
    fds: main.fds,
    threads: main.threads,
    mainMb: main.rssBytes / mb,
    inferenceMb: sum(inference.map(({ rssBytes }) => rssBytes)) / mb,
    decodersMb: new Map(decoders.map((decoder) => [decoder.pid, decoder.rssBytes / mb])),
    zombies: others.filter(({ state }) => state === 'Z').map((process) => process.pid),
    cpuSeconds: sum(processTree(pid).map(({ cpuSeconds }) => cpuSeconds)),
  };
}

/** Growth after the warm-up: MB a minute of the lasting processes, and of one decoder that was never replaced; descriptors and threads. */
export function growth(samples, warmUpSeconds) {
  const settled = samples.filter(({ seconds }) => seconds >= warmUpSeconds);
  const lasting = [...(settled[0]?.decodersMb.keys() ?? [])].filter((pid) =>
    settled.every(({ decodersMb }) => decodersMb.has(pid)),
  );
  const perMinute = (of) => 60 * slope(lowest(settled.map((sample) => [sample.seconds, of(sample)])));
  const third = Math.ceil(settled.length / 3);
  const more = (of) => Math.min(...settled.slice(-third).map(of)) - Math.min(...settled.slice(0, third).map(of));
  return {
    mainMbPerMinute: perMinute(({ mainMb }) => mainMb),
    inferenceMbPerMinute: perMinute(({ inferenceMb }) => inferenceMb),
    lastingDecoders: lasting.length,
    decoderMbPerMinute: perMinute(({ decodersMb }) => mean(lasting.map((pid) => decodersMb.get(pid)))),
    moreFds: more(({ fds }) => fds),
    moreThreads: more(({ threads }) => threads),
  };
}

/** Processes that were zombies in two samples running: in a single one a process may just have ended, and not been waited for yet. */
export function lastingZombies(samples) {
  const pairs = samples.slice(1).flatMap(({ zombies }, i) => zombies.filter((pid) => samples[i].zombies.includes(pid)));
  return new Set(pairs).size;
}

function lowest(points) {
  const stretches = new Map();
  for (const [x, y] of points) {
    const stretch = Math.floor(x / stretchSeconds);
    if (!(stretches.get(stretch)?.[1] <= y)) stretches.set(stretch, [x, y]);
  }
  return [...stretches.values()];
}
