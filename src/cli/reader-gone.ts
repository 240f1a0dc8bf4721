/** A reader of standard output that goes away (`| head`) has all that it wanted: that ends a run in an orderly way, and is no failure. */

const controller = new AbortController();

/** Aborted when the reader of standard output has gone. */
export const readerGone: AbortSignal = controller.signal;

/** Listens on standard output from now on; to be called once, before anything is written. Errors other than EPIPE are thrown on. */
export function watchReader(stdout: NodeJS.WriteStream): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    controller.abort();
  });
}

/** A reader that is there but does not read would keep an interrupted program alive: what it has not taken by then is lost. */
export function leaveWithin(graceMs: number): void {
  setTimeout(() => process.exit(), graceMs).unref();
}
