/** Judges what the streams of bench/soak.mjs said: actions against the truth of the clip, and the effect of each fault. */
import { readFileSync } from 'node:fs';
import { matchEvents } from '../../dist/events/match-events.js';
import { sum } from './statistics.mjs';

const truth = JSON.parse(readFileSync('assets/demo.truth.json', 'utf8'));
const background = 'nothing happening';
/** An action that ended at this distance from the end of a pass may still have been open there. Milliseconds. */
const marginMs = 3000;

/** Actions of all passes over the clip: matched at an IoU of 0.5, missed and spurious. Faults are between passes. @param {readonly import('./soak-watch.mjs').StreamRecord[]} streams */
export function judgeActions(streams) {
  const reports = streams.flatMap(({ passes, actions, shows }) =>
    passes.map((pass) => judgePass(pass, actions, shows)),
  );
  const count = (/** @type {'matches' | 'missed' | 'spurious'} */ kind) =>
    sum(reports.map((report) => report[kind].length));
  const [matched, missed, spurious] = [count('matches'), count('missed'), count('spurious')];
  return {
    passes: reports.length,
    matched,
    missed,
    spurious,
    recall: matched / (matched + missed),
    precision: matched / (matched + spurious),
  };
}

function judgePass({ fromMs, toMs }, actions, shows) {
  const rounds = shows === 'clip' ? 1 : Math.ceil((toMs - fromMs) / truth.durationMs);
  const shown = Array.from({ length: rounds }, (_, round) => fromMs + round * truth.durationMs).flatMap((offset) =>
    truth.segments.map(({ label, ...at }) => ({ label, fromMs: at.fromMs + offset, toMs: at.toMs + offset })),
  );
  const whole = shown.filter((segment) => segment.toMs <= toMs - (shows === 'clip' ? 0 : marginMs));
  const horizon = Math.max(fromMs, ...whole.map((segment) => segment.toMs));
  const heard = actions.filter((action) => {
    const middle = (action.fromMs + action.toMs) / 2;
    return middle >= fromMs && middle <= horizon;
  });
  return matchEvents(whole, heard, { minIou: 0.5, ignoredLabels: [background] });
}

/**
 * What a fault did to its own stream. @param {import('./soak-watch.mjs').StreamRecord} stream
 * @param {{struckAt: number, repairedAt: number}} times epoch ms
 */
export function effectOf(stream, { struckAt, repairedAt }) {
  const after = stream.states.filter(({ atMs }) => atMs >= struckAt);
  const noticed = after.find(({ status }) => status === 'stalled' || status === 'lost');
  const live =
    noticed && after.find(({ atMs, status }) => status === 'live' && atMs >= Math.max(noticed.atMs, repairedAt));
  return {
    noticedAs: noticed?.code ?? 'not noticed',
    noticedMs: noticed === undefined ? Number.NaN : noticed.atMs - struckAt,
    backMs: live === undefined ? Number.NaN : live.atMs - Math.max(repairedAt, struckAt),
  };
}

/** What should not have happened to a stream that no fault was done to: words, none when all is well. */
export function disturbances({ states, gaps, shows }) {
  const firstLive = states.findIndex(({ status }) => status === 'live');
  const wrongStates = states.slice(firstLive + 1).map(({ status, code }) => `${status} ${code ?? ''}`.trim());
  const wrongGaps = gaps
    .map(({ reason }) => reason)
    .filter((reason) => shows !== 'clip' || reason !== 'timestamp-jump');
  return [...wrongStates, ...wrongGaps];
}
