/** The lines of a text file that say something, with their numbers, and the error that names one of them. */
import { ActionwireError } from '../../core/errors.js';

export interface Line {
  readonly number: number;
  /** Without white space at its ends; never empty. */
  readonly text: string;
}

/** Blank lines and lines that start with `#` are left out; a byte order mark too. */
export function linesOf(text: string): Line[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
}

/** @throws EVALUATION_LIST_INVALID */
export function refuseLine(origin: string, line: Line, problem: string): never {
  const shown = line.text.length > 80 ? `${line.text.slice(0, 77)}...` : line.text;
  throw new ActionwireError(
    'EVALUATION_LIST_INVALID',
    `${origin}, line ${line.number}: ${problem}: ${JSON.stringify(shown)}`,
  );
}
