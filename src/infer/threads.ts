/** How many threads one inference uses when nobody says. */
import { availableParallelism } from 'node:os';

/** All cores up to two, else one fewer than there are: the decoder and the event loop need a place to run. */
export function defaultThreads(cores = availableParallelism()): number {
  return cores <= 2 ? cores : cores - 1;
}
