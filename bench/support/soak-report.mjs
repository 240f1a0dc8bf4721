/** Turns the record of bench/soak.mjs into figures, says which are out of bounds, and prints them. */
import { disturbances, effectOf, judgeActions } from './soak-judge.mjs';
import { growth, lastingZombies } from './soak-samples.mjs';
import { median, percentile, round, slope, sum } from './statistics.mjs';

/** From here on growth is judged. Minutes. */
const growthFromMinutes = 15;
export function judgeSoak({ cameras, watch, samples, faults, beginAtMs, endAtMs, warmUpSeconds, end }, budget) {
  const minutes = (endAtMs - beginAtMs) / 60_000;
  const stream = (name) => watch.streams.get(name);
  const effects = faults.map((fault) => ({ ...fault, ...effectOf(stream(fault.camera.name), fault) }));
  const calm = cameras.filter((camera) => camera.calm).map(({ name }) => stream(name));
  const struck = cameras.filter((camera) => !camera.calm).map(({ name }) => stream(name));
  const clips = (streams) => streams.filter(({ shows }) => shows !== 'pattern');
  const windows = sum(watch.all.map((each) => each.windows));
  const dropped = sum(watch.all.map((each) => each.dropped));
  const result = {
    minutes: round(minutes),
    streams: table(cameras, watch),
    faults: faultTable(effects),
    actions: { calm: rounded(judgeActions(clips(calm))), struck: rounded(judgeActions(clips(struck))) },
    disturbed: cameras.flatMap(({ name, calm: left }) =>
      left ? disturbances(stream(name)).map((what) => `${name}: ${what}`) : [],
    ),
    droppedShare: round(dropped / (windows + dropped), 4),
    latency: latencyOf(calm, beginAtMs),
    growth: rounded(growth(samples, warmUpSeconds)),
    memoryMb: memoryOf(samples),
    cores: round((samples.at(-1).cpuSeconds - samples[0].cpuSeconds) / (samples.at(-1).seconds - samples[0].seconds)),
    zombies: lastingZombies(samples),
    holes: watch.holes,
    unended: watch.all.flatMap(({ unended }) => unended),
    end,
  };
  return { ...result, problems: [...problemsOf(result, budget), ...faultProblems(effects, budget)] };
}

function table(cameras, watch) {
  return Object.fromEntries(
    cameras.map(({ name, calm }) => {
      const { windows, dropped, latencies, states } = watch.streams.get(name);
      const times = latencies.map(({ ms }) => ms);
      const lost = states.filter(({ status }) => status === 'lost').length;
      return [name, { calm, windows, dropped, lost, p50Ms: median(times), p95Ms: percentile(times, 0.95) }];
    }),
  );
}

function faultTable(effects) {
  return Object.fromEntries(
    [...new Set(effects.map(({ kind }) => kind))].map((kind) => {
      const own = effects.filter((effect) => effect.kind === kind);
      return [
        kind,
        {
          times: own.length,
          noticedMs: round(Math.max(...own.map(({ noticedMs }) => noticedMs)), 0),
          backMedianMs: round(median(own.map(({ backMs }) => backMs)), 0),
          backMostMs: round(Math.max(...own.map(({ backMs }) => backMs)), 0),
          as: [...new Set(own.map(({ noticedAs }) => noticedAs))].join(' '),
        },
      ];
    }),
  );
}

/** Of the streams without faults, minute by minute. */
function latencyOf(streams, beginAtMs) {
  const minutes = new Map();
  for (const { atMs, ms } of streams.flatMap(({ latencies }) => latencies)) {
    const minute = Math.floor((atMs - beginAtMs) / 60_000);
    if (minute >= 0) minutes.set(minute, [...(minutes.get(minute) ?? []), ms]);
  }
  const p95 = [...minutes]
    .filter(([, values]) => values.length > 50)
    .map(([minute, values]) => [minute, percentile(values, 0.95)]);
  return {
    p95Ms: percentile(
      streams.flatMap(({ latencies }) => latencies.map(({ ms }) => ms)),
      0.95,
    ),
    p95MsPerMinute: round(slope(p95)),
  };
}

function memoryOf(samples) {
  const all = samples.map(
    ({ mainMb, inferenceMb, decodersMb }) => mainMb + inferenceMb + sum([...decodersMb.values()]),
  );
  const { mainMb, inferenceMb } = samples.at(-1);
  return {
    most: round(Math.max(...all), 0),
    last: round(all.at(-1), 0),
    main: round(mainMb, 0),
    inference: round(inferenceMb, 0),
  };
}

function problemsOf(result, budget) {
  const { actions, latency, end } = result;
  const over = (what, value, most) => (value <= most ? [] : [`${what} is ${value}, more than ${most}`]);
  const under = (what, value, least) => (value >= least ? [] : [`${what} is ${value}, less than ${least}`]);
  const grown = result.minutes < growthFromMinutes ? [] : growthProblems(result, budget, over);
  return [
    ...Object.entries(actions).flatMap(([who, { recall, precision }]) => [
      ...under(`recall of ${who} streams`, recall, budget.minRecall),
      ...under(`precision of ${who} streams`, precision, budget.minPrecision),
    ]),
    ...result.disturbed.map((what) => `a stream without faults was disturbed: ${what}`),
    ...over('the share of dropped windows', result.droppedShare, budget.droppedShare),
    ...over('p95 latency of streams without faults, ms,', latency.p95Ms, budget.latencyP95Ms),
    ...over('the number of zombies', result.zombies, 0),
    ...result.holes.map(([before, after]) => `seq went from ${before} to ${after}`),
    ...result.unended.map((id) => `action ${id} did not end with its pictures`),
    ...end.left.map((command) => `still there after the end: ${command}`),
    ...(end.code === 0 ? [] : [`the program ended with ${end.code}`]),
    ...grown,
  ];
}

function growthProblems({ growth: grown, latency }, budget, over) {
  return [
    ...over('growth of the main process, MB a minute,', grown.mainMbPerMinute, budget.mainMbPerMinute),
    ...over('growth of inference, MB a minute,', grown.inferenceMbPerMinute, budget.inferenceMbPerMinute),
    ...over('growth of a decoder, MB a minute,', grown.decoderMbPerMinute, budget.decoderMbPerMinute),
    ...over('growth of file descriptors', grown.moreFds, 0),
    ...over('growth of threads', grown.moreThreads, 0),
    ...over('growth of p95 latency, ms a minute,', latency.p95MsPerMinute, budget.latencyP95MsPerMinute),
  ];
}

/** The back-off doubles, so that the last wait is about as long as the fault was. */
function faultProblems(effects, { backMs, backOfDown, noticedMs }) {
  return effects.flatMap((effect) => {
    const what = `${effect.camera.name}, ${effect.kind} at ${effect.at} s:`;
    const most = backMs + backOfDown * 1000 * effect.down;
    return [
      ...(effect.noticedMs <= noticedMs ? [] : [`${what} noticed after ${effect.noticedMs} ms (${effect.noticedAs})`]),
      ...(effect.backMs <= most ? [] : [`${what} live again after ${effect.backMs} ms, more than ${most}`]),
    ];
  });
}

export function printSoak({ streams, faults, actions, latency, growth: grown, memoryMb, ...rest }) {
  console.table(streams);
  console.table(faults);
  console.table(actions);
  const { minutes, cores, droppedShare, disturbed } = rest;
  console.table({ minutes, cores, droppedShare, disturbed: disturbed.length, ...latency, ...grown, ...memoryMb });
}

function rounded(figures) {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round(value)]));
}
