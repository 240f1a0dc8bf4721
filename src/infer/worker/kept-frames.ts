/** One stream's last T frames as they leave layer 0, oldest first. */
export class KeptFrames {
  /** All T frames: one array whose contents change with every push. */
  readonly data: Float32Array;

  /** `length`: numbers of all T frames together. */
  constructor(length: number) {
    this.data = new Float32Array(length);
  }

  /** Puts the rows of new frames, oldest first, behind the others and drops as many. */
  push(rows: Float32Array): void {
    this.data.copyWithin(0, rows.length);
    this.data.set(rows, this.data.length - rows.length);
  }
}
