/** A way of computing scores: what is recomputed, and with what numbers. The words of `--against`. */
import { ActionwireError } from './core/errors.js';
import { inferenceModes, precisions, type InferenceMode, type Precision } from './core/model-info.js';
import { redactText } from './core/redact.js';

export interface Way {
  readonly mode: InferenceMode;
  readonly precision: Precision;
}

/** What others are measured against: the model as trained. */
export const reference: Way = { mode: 'exact', precision: 'fp32' };

/** `streaming+int8`; what is as in the reference goes without saying. */
export function wayName({ mode, precision }: Way): string {
  const words = [...(mode === reference.mode ? [] : [mode]), ...(precision === reference.precision ? [] : [precision])];
  return words.length === 0 ? `${mode}+${precision}` : words.join('+');
}

/**
 * `streaming,int8,streaming+int8`: ways separated by commas, each a mode, a precision, or both with a plus between.
 * @throws ActionwireError OPTION_INVALID for other words, the reference itself, and a way named twice
 */
export function parseWays(text: string): Way[] {
  const ways = text.split(',').map((item) => parseWay(item.trim()));
  const names = ways.map(wayName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ActionwireError('OPTION_INVALID', `--against: "${twice}" is named twice`);
  return ways;
}

function parseWay(item: string): Way {
  const words = item.split('+');
  const modes = inferenceModes.filter((mode) => words.includes(mode));
  const numbers = precisions.filter((precision) => words.includes(precision));
  const known = words.length > 0 && modes.length + numbers.length === words.length;
  if (!known || modes.length > 1 || numbers.length > 1) {
    const choices = `a mode (${inferenceModes.join(', ')}), a precision (${precisions.join(', ')}) or both, as in streaming+int8`;
    throw new ActionwireError('OPTION_INVALID', `--against: "${redactText(item)}" is not ${choices}`);
  }
  const way = { mode: modes[0] ?? reference.mode, precision: numbers[0] ?? reference.precision };
  if (way.mode === reference.mode && way.precision === reference.precision) {
    throw new ActionwireError('OPTION_INVALID', '--against: exact+fp32 is what the others are compared with');
  }
  return way;
}
