/** Faults for bench/soak.mjs: a schedule from a seed, and what each of them does. */
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../dist/evaluate/seeded-random.js';
import { decodersOf, opened } from './processes.mjs';

/** A decoder that is stopped is noticed by its silence, the others at once. */
const signals = /** @type {const} */ (['SIGKILL', 'SIGSEGV', 'SIGSTOP']);
/** How long a camera stays broken, seconds: long enough to be lost with the soak's stall timeout. */
const [leastDown, mostDown] = [8, 15];

/**
 * Which fault happens when, to whom and how long. Every possible one comes before any comes again.
 * @param {readonly import('./soak-cameras.mjs').Camera[]} cameras
 * @param {{seed: number, firstAt: number, every: number, until: number}} timing all but the seed in seconds
 */
export function schedule(cameras, { seed, firstAt, every, until }) {
  const random = seededRandom(seed, 'soak');
  const all = cameras.filter(({ calm }) => !calm).flatMap(possible);
  const plan = [];
  let left = [];
  for (let at = firstAt; at <= until; at += every) {
    if (left.length === 0) left = [...all];
    const [fault] = left.splice(Math.floor(random() * left.length), 1);
    plan.push({ ...fault, at, down: fault.instant ? 0 : Math.round(leastDown + random() * (mostDown - leastDown)) });
  }
  return plan;
}

function possible(camera) {
  const ofServer = Object.keys(camera.faults).map((kind) => ({ camera, kind, instant: kind === 'connection closed' }));
  return [...ofServer, ...signals.map((signal) => ({ camera, kind: `decoder ${signal}`, instant: true, signal }))];
}

/** Strikes, waits and repairs. @param {number} pid of the program @returns {Promise<{struckAt: number, repairedAt: number}>} epoch ms */
export async function happen(fault, pid) {
  const struckAt = Date.now();
  if (fault.signal === undefined) await fault.camera.faults[fault.kind].strike();
  else process.kill(await decoderOf(pid, fault.camera), fault.signal);
  if (fault.down > 0) await sleep(1000 * fault.down);
  if (fault.signal === undefined) await fault.camera.faults[fault.kind].repair();
  return { struckAt, repairedAt: fault.down > 0 ? Date.now() : struckAt };
}

/** The process that decodes this camera: known by the file or the connection that it has open. */
async function decoderOf(pid, camera) {
  for (let tries = 0; tries < 200; tries++) {
    const found = decodersOf(pid).find((decoder) => camera.isRead(opened(decoder.pid)));
    if (found !== undefined) return found.pid;
    await sleep(50);
  }
  throw new Error(`no process decodes ${camera.name}`);
}
