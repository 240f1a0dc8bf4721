/** Reads a list of `path label` lines. */
import type { NamedClip } from './clip-list.js';
import { linesOf, refuseLine } from './lines.js';

/**
 * A tab ends the path where a line has one; else the first space does, and the rest is the label.
 * @param origin names the file in errors
 * @throws EVALUATION_LIST_INVALID for a line without a label
 */
export function parsePathLabelList(text: string, origin: string): NamedClip[] {
  return linesOf(text).map((line) => {
    const [, path, label] = /^([^\t]+)\t+(.+)$/.exec(line.text) ?? /^(\S+)\s+(.+)$/.exec(line.text) ?? [];
    if (path === undefined || label === undefined) return refuseLine(origin, line, 'a path and a label are needed');
    return { path: path.trim(), label: label.trim() };
  });
}
