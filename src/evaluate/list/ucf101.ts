/** Reads the split files of UCF101: classInd.txt, and testlist01.txt or trainlist01.txt and their like. */
import type { NamedClip } from './clip-list.js';
import { linesOf, refuseLine } from './lines.js';

/** `1 ApplyEyeMakeup`: the classes by their number. @throws EVALUATION_LIST_INVALID */
export function parseClassIndex(text: string, origin: string): Map<number, string> {
  const classes = new Map<number, string>();
  for (const line of linesOf(text)) {
    const [, number, name] = /^(\d+)\s+(\S.*)$/.exec(line.text) ?? [];
    if (name === undefined) return refuseLine(origin, line, 'a number and a class are needed');
    if (classes.has(Number(number))) return refuseLine(origin, line, 'this number is there twice');
    classes.set(Number(number), name);
  }
  return classes;
}

/**
 * `ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c01.avi`, in train lists with the class's number behind it. The folder is the class.
 * @throws EVALUATION_LIST_INVALID for a class that classInd.txt does not have, or a number that is another class's
 */
export function parseUcfSplit(text: string, classes: ReadonlyMap<number, string>, origin: string): NamedClip[] {
  const known = new Set(classes.values());
  return linesOf(text).map((line) => {
    const [, path, label, number] = /^(([^/\\]+)[/\\]\S+?)(?:\s+(\d+))?$/.exec(line.text) ?? [];
    if (path === undefined || label === undefined) return refuseLine(origin, line, 'Class/clip.avi is expected');
    if (!known.has(label)) return refuseLine(origin, line, `classInd.txt has no class ${JSON.stringify(label)}`);
    if (number !== undefined && classes.get(Number(number)) !== label) {
      return refuseLine(origin, line, `classInd.txt gives number ${number} to another class`);
    }
    return { path, label };
  });
}
