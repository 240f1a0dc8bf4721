/** Reads the numbers and texts of a pickle, never beyond its end. */
import { PickleProblem } from './pickle-values.js';

/** Longest text: names of tensors and settings are far shorter. */
const MAX_TEXT_BYTES = 1 << 16;

export class PickleReader {
  #place = 0;

  constructor(private readonly bytes: Buffer) {}

  /** Bytes read so far. */
  get place(): number {
    return this.#place;
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  uint16(): number {
    return this.take(2).readUInt16LE();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  int32(): number {
    return this.take(4).readInt32LE();
  }

  double(): number {
    return this.take(8).readDoubleBE();
  }

  /** Two's complement of at most 8 bytes, within what a JavaScript number holds exactly. */
  long(): number {
    const length = this.byte();
    if (length > 8) throw new PickleProblem('refused', `holds a whole number of ${length} bytes`);
    const padded = Buffer.alloc(
      8,
      ((this.bytes[this.#place + length - 1] ?? 0) & 0x80) === 0 || length === 0 ? 0 : 0xff,
    );
    this.take(length).copy(padded);
    const value = padded.readBigInt64LE();
    if (BigInt.asIntN(54, value) !== value) throw new PickleProblem('refused', `holds the number ${String(value)}`);
    return Number(value);
  }

  text(length: number): string {
    if (length > MAX_TEXT_BYTES) throw new PickleProblem('refused', `holds a text of ${length} bytes`);
    return this.take(length).toString('utf8');
  }

  /** Up to the next line feed, which is passed over. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.#place);
    if (end < 0) throw new PickleProblem('damaged', 'ends inside a name');
    const text = this.text(end - this.#place);
    this.#place++;
    return text;
  }

  take(length: number): Buffer {
    const end = this.#place + length;
    if (end > this.bytes.length) throw new PickleProblem('damaged', 'ends too early');
    const taken = this.bytes.subarray(this.#place, end);
    this.#place = end;
    return taken;
  }
}
