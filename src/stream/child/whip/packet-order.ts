/** Puts RTP packets back into the order in which they were sent, and says when some are missing for good. */
import type { RtpPacket } from './rtp-packet.js';

export interface OrderOptions {
  /** How long a hole may stay open while later packets come, milliseconds. */
  readonly holdMs?: number;
  /** How many packets may wait behind a hole. */
  readonly maxHeld?: number;
}

export interface Ordered {
  readonly packets: readonly RtpPacket[];
  /** Packets between the last ones and these are lost. */
  readonly lost: boolean;
}

/** A sender that goes back this far has begun anew: no packet is under way that long. */
const restartDistance = 3000;

export class PacketOrder {
  readonly #held = new Map<number, RtpPacket>();
  readonly #holdMs: number;
  readonly #maxHeld: number;
  #next: number | undefined;
  #holeSinceMs = 0;

  constructor({ holdMs = 60, maxHeld = 256 }: OrderOptions = {}) {
    this.#holdMs = holdMs;
    this.#maxHeld = maxHeld;
  }

  /** Takes the packet that has just come; answers those whose turn it is now. Late and repeated packets are thrown away. */
  push(packet: RtpPacket, nowMs: number): Ordered {
    this.#next ??= packet.sequence;
    const ahead = distance(this.#next, packet.sequence);
    if (Math.abs(ahead) > restartDistance) return this.#restart(packet);
    if (ahead < 0) return { packets: [], lost: false };
    if (this.#held.size === 0) this.#holeSinceMs = nowMs;
    this.#held.set(packet.sequence, packet);
    const inOrder = this.#takeInOrder(nowMs);
    if (inOrder.length > 0 || !this.#isOverdue(nowMs)) return { packets: inOrder, lost: false };
    this.#next = this.#nearest();
    return { packets: this.#takeInOrder(nowMs), lost: true };
  }

  #restart(packet: RtpPacket): Ordered {
    this.#held.clear();
    this.#next = next(packet.sequence);
    return { packets: [packet], lost: true };
  }

  #takeInOrder(nowMs: number): RtpPacket[] {
    const taken: RtpPacket[] = [];
    for (let at = this.#next ?? 0; ; at = next(at)) {
      const packet = this.#held.get(at);
      this.#next = at;
      if (packet === undefined) break;
      this.#held.delete(at);
      taken.push(packet);
    }
    if (taken.length > 0) this.#holeSinceMs = nowMs;
    return taken;
  }

  #isOverdue(nowMs: number): boolean {
    return this.#held.size > this.#maxHeld || nowMs - this.#holeSinceMs > this.#holdMs;
  }

  #nearest(): number {
    const from = this.#next ?? 0;
    return [...this.#held.keys()].reduce((a, b) => (distance(from, a) <= distance(from, b) ? a : b));
  }
}

const next = (sequence: number): number => (sequence + 1) & 0xffff;

/** From `a` to `b` the shorter way round, -32768 to 32767. */
function distance(a: number, b: number): number {
  return ((b - a + 0x8000) & 0xffff) - 0x8000;
}
