/** The evaluation itself: clip after clip is read, scored view by view, averaged and ranked. */
import { errorCatalogue, type ErrorCode } from '../core/error-catalogue.js';
import { ActionwireError } from '../core/errors.js';
import type { PicturesRead } from '../core/picture.js';
import { averageScores } from './average.js';
import type { ClipEntry } from './list/clip-list.js';
import type { ClipOutcome } from './outcome.js';
import { prefetch } from './prefetch.js';
import { clipIndices, type Protocol } from './protocol.js';
import { rankScores } from './ranking.js';
import { views } from './views.js';

/** A clip with its true label's number in the label set. */
export interface LabelledClip extends Pick<ClipEntry, 'path' | 'file'> {
  readonly truth: number;
}

/** What the evaluation needs of the rest of the program. */
export interface EvaluationTools {
  /** Reads the pictures that `choose` names, given how many there are. Rejects with a `SOURCE_` code for a bad clip. */
  read(file: string, choose: (total: number) => readonly number[], signal: AbortSignal): Promise<PicturesRead>;
  /** Probabilities of the labels for one window, `frames x height x width x 3`. */
  score(pixels: Uint8Array): Promise<Float32Array>;
}

/** Clips that are read ahead while another is scored: each holds its pictures in memory. */
const readAhead = 1;

/** What has been read of a clip, or why it could not be. */
type Reading = { readonly clip: LabelledClip } & (
  | { readonly read: PicturesRead; readonly indices: readonly (readonly number[])[] }
  | { readonly error: ActionwireError }
);

/**
 * Yields one outcome a clip, in order; one that cannot be read is an outcome too. Stops early, without an error, when `signal` aborts.
 * @throws what `score` throws, and what is no fault of a clip
 */
export async function* evaluateClips(
  clips: readonly LabelledClip[],
  labels: readonly string[],
  protocol: Protocol,
  tools: EvaluationTools,
  signal: AbortSignal,
): AsyncGenerator<ClipOutcome> {
  const readings = prefetch(clips, readAhead, (clip, stop) => readClip(clip, protocol, tools, stop), signal);
  for await (const reading of readings) {
    const outcome = await concludeClip(reading, labels, protocol, tools, signal);
    if (outcome === undefined) return;
    yield outcome;
  }
}

async function readClip(
  clip: LabelledClip,
  protocol: Protocol,
  tools: EvaluationTools,
  signal: AbortSignal,
): Promise<Reading> {
  let indices: number[][] = [];
  const choose = (total: number): number[] => (indices = clipIndices(protocol, total, clip.path)).flat();
  try {
    return { clip, read: await tools.read(clip.file, choose, signal), indices };
  } catch (error) {
    if (isClipFault(error)) return { clip, error };
    throw error;
  }
}

/** Undefined when `signal` aborts between two views: half the views are no score. */
async function concludeClip(
  reading: Reading,
  labels: readonly string[],
  protocol: Protocol,
  tools: EvaluationTools,
  signal: AbortSignal,
): Promise<ClipOutcome | undefined> {
  const { path, truth } = reading.clip;
  const named = { path, label: labels[truth] ?? '' };
  if ('error' in reading)
    return { kind: 'unreadable', ...named, code: reading.error.code, message: reading.error.message };
  const { read, indices } = reading;
  const scores: Float32Array[] = [];
  for (const window of views(protocol, indices, read)) {
    if (signal.aborted) return undefined;
    scores.push(await tools.score(window));
  }
  return { kind: 'scored', ...named, ...rankScores(averageScores(scores), labels, truth), pictures: read.total };
}

/** A clip's own fault has the code of a source. */
function isClipFault(error: unknown): error is ActionwireError {
  return error instanceof ActionwireError && sourceCodes.has(error.code);
}

const sourceCodes = new Set((Object.keys(errorCatalogue) as ErrorCode[]).filter((code) => code.startsWith('SOURCE_')));
