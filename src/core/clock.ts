/** Where the time comes from: the wall in live mode, the media itself in replay mode. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const wallClock: Clock = { now: () => Date.now() };
