/** How far an evaluation is: a bar on a terminal, nothing elsewhere. */
import { SingleBar } from 'cli-progress';
import type { ClipOutcome } from '../evaluate/index.js';

export interface Progress {
  add(outcome: ClipOutcome): void;
  /** Takes the bar away. */
  close(): void;
}

/** `stream` is standard error, so that the report stays alone on standard output. */
export function openProgress(stream: NodeJS.WriteStream, total: number): Progress {
  if (!stream.isTTY) return { add: () => undefined, close: () => undefined };
  const bar = new SingleBar({
    stream,
    format: '{bar} {value}/{total} clips  top-1 {top1}  unreadable {unreadable}  {eta_formatted} left',
    clearOnComplete: true,
    hideCursor: true,
    // Ctrl-C is for the evaluation to handle.
    gracefulExit: false,
  });
  let right = 0;
  let scored = 0;
  let unreadable = 0;
  bar.start(total, 0, { top1: '–', unreadable });
  return {
    add: (outcome) => {
      if (outcome.kind === 'unreadable') unreadable += 1;
      else {
        scored += 1;
        if (outcome.rank === 0) right += 1;
      }
      bar.increment({ top1: scored === 0 ? '–' : `${((100 * right) / scored).toFixed(1)} %`, unreadable });
    },
    close: () => bar.stop(),
  };
}
