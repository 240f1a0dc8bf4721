/** Ways in which RTP packets suffer, the same for the same seed. */
import { seededRandom } from '../../src/evaluate/seeded-random.js';
import { noiseBytes } from './noise-bytes.js';
import type { RtpFault } from './rtsp-relay.js';

const headerBytes = 12;
const timestampAt = 4;
/** Ticks of H.264's RTP clock in a second. */
const clockRate = 90_000;

export interface LossOptions {
  readonly seed: number;
  /** Part of the packets that never arrive, 0 to 1. */
  readonly lost: number;
  /** Part of the packets that arrive after the one that was sent behind them, 0 to 1. */
  readonly swapped: number;
}

/** Loses some packets and swaps others with their follower; `counts` grows as it goes. */
export function lossy({ seed, lost, swapped }: LossOptions): RtpFault & { counts: { lost: number; swapped: number } } {
  const random = seededRandom(seed, 'rtp');
  const counts = { lost: 0, swapped: 0 };
  let held: Buffer | undefined;
  const fault = (packet: Buffer): readonly Buffer[] => {
    const chance = random();
    if (chance < lost) {
      counts.lost++;
      return [];
    }
    if (held === undefined && chance < lost + swapped) {
      counts.swapped++;
      held = packet;
      return [];
    }
    const packets = held === undefined ? [packet] : [packet, held];
    held = undefined;
    return packets;
  };
  return Object.assign(fault, { counts });
}

/** Keeps the headers and fills every packet with random bytes. */
export function noise(seed: number): RtpFault {
  let count = 0;
  return (packet) => {
    const bytes = noiseBytes(`${seed} ${count++}`, Math.max(0, packet.length - headerBytes));
    return [Buffer.concat([packet.subarray(0, headerBytes), bytes])];
  };
}

/** Moves the camera's clock by so many seconds, forwards or backwards. */
export function clockMoved(seconds: number): RtpFault {
  return (packet) => {
    const moved = Buffer.from(packet);
    moved.writeUInt32BE((moved.readUInt32BE(timestampAt) + seconds * clockRate) >>> 0, timestampAt);
    return [moved];
  };
}
