/** How much two event logs may differ: the options of `diff` and `expect`. */
import type { Command } from 'commander';
import { ActionwireError } from '../core/errors.js';
import type { Tolerances } from '../replay/index.js';
import { defined, number } from './options.js';

export interface ToleranceFlags {
  iou?: number;
  timeMs?: number;
  score?: number;
}

export function withToleranceOptions(command: Command): Command {
  return command
    .optionsGroup('Tolerances:')
    .option('--iou <0..1>', 'least overlap of two actions, intersection over union (default: 0.5)', number)
    .option('--time-ms <ms>', 'how far each end may be away; in place of the overlap unless --iou is given', number)
    .option('--score <0..1>', 'how far the peak scores may be apart (default: not compared)', number);
}

/** @throws ActionwireError OPTION_INVALID for a value out of range */
export function tolerancesFrom({ iou, timeMs, score }: ToleranceFlags): Partial<Tolerances> {
  within('--iou', iou, 1);
  within('--time-ms', timeMs, Infinity);
  within('--score', score, 1);
  return defined({ minIou: iou, timeMs, score });
}

function within(option: string, value: number | undefined, most: number): void {
  if (value === undefined || (value >= 0 && value <= most)) return;
  const range = most === Infinity ? 'a number that is not negative' : `a number from 0 to ${most}`;
  throw new ActionwireError('OPTION_INVALID', `${option}: expected ${range}`);
}
