/** Which clips are to be taught under which labels: from `--class` options, a folder or a list. */
import { basename, resolve } from 'node:path';
import { ActionwireError } from '../core/errors.js';
import { openList } from '../evaluate/index.js';

export interface ClipToTeach {
  /** For messages. */
  readonly path: string;
  readonly file: string;
  readonly label: string;
}

/** @throws TEACH_CLIPS_INVALID, EVALUATION_LIST_INVALID */
export async function clipsToTeach(list: string | undefined, classes: readonly string[]): Promise<ClipToTeach[]> {
  const listed = list === undefined ? [] : (await openList(list)).entries;
  const clips = [...listed, ...classes.flatMap(parseClass)];
  if (clips.length === 0) throw invalid('no clips were named');
  const files = clips.map(({ file }) => file);
  const repeated = files.find((file, i) => files.indexOf(file) !== i);
  if (repeated !== undefined) throw invalid(`${basename(repeated)} is named twice`);
  return clips;
}

/** `hug=clips/hug1.mp4,clips/hug2.mp4`. */
function parseClass(text: string): ClipToTeach[] {
  const [, label, paths] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  const names = paths?.split(',').map((path) => path.trim()) ?? [];
  if (label === undefined || names.length === 0 || names.includes('')) {
    throw invalid(`--class: ${JSON.stringify(text)} is not "label=clip,clip"`);
  }
  return names.map((path) => ({ path, file: resolve(path), label: label.trim() }));
}

function invalid(problem: string): ActionwireError {
  return new ActionwireError('TEACH_CLIPS_INVALID', problem);
}
