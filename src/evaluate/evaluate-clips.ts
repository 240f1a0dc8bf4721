/** The evaluation itself: clip after clip is read, scored view by view, averaged and ranked. */
import { averageScores } from './average.js';
import type { ClipEntry } from './list/clip-list.js';
import type { ClipOutcome } from './outcome.js';
import type { Protocol } from './protocol.js';
import { rankScores } from './ranking.js';
import { readClips, type ClipReading, type ReadPictures } from './read-clips.js';

/** A clip with its true label's number in the label set. */
export interface LabelledClip extends Pick<ClipEntry, 'path' | 'file'> {
  readonly truth: number;
}

/** What the evaluation needs of the rest of the program. */
export interface EvaluationTools {
  readonly read: ReadPictures;
  /** Probabilities of the labels for one window, `frames x height x width x 3`. */
  score(pixels: Uint8Array): Promise<Float32Array>;
}

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
  for await (const reading of readClips(clips, protocol, tools.read, signal)) {
    const outcome = await concludeClip(reading, labels, tools, signal);
    if (outcome === undefined) return;
    yield outcome;
  }
}

/** Undefined when `signal` aborts between two views: half the views are no score. */
async function concludeClip(
  reading: ClipReading<LabelledClip>,
  labels: readonly string[],
  tools: EvaluationTools,
  signal: AbortSignal,
): Promise<ClipOutcome | undefined> {
  const { path, truth } = reading.clip;
  const named = { path, label: labels[truth] ?? '' };
  if ('error' in reading)
    return { kind: 'unreadable', ...named, code: reading.error.code, message: reading.error.message };
  const scores: Float32Array[] = [];
  for (const window of reading.windows()) {
    if (signal.aborted) return undefined;
    scores.push(await tools.score(window));
  }
  return { kind: 'scored', ...named, ...rankScores(averageScores(scores), labels, truth), pictures: reading.pictures };
}
