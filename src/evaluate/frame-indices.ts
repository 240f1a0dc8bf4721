/**
 * Which pictures of a clip make the model's frames. Source of the first two: `SampleFrames` of microsoft/VideoX
 * (X-CLIP/datasets/pipeline.py) with clip_len 1, frame_interval 1 and num_clips T; of the third: the X-CLIP notebook of
 * NielsRogge/Transformers-Tutorials. All answer exactly `frames` ascending-or-looped numbers in 0..pictures-1.
 */

/** A number in [0, 1). */
export type Random = () => number;

/** The middle of each of `frames` equal parts of the clip: VideoX's test mode, for one view in time. */
export function evenIndices(pictures: number, frames: number): number[] {
  const part = pictures / frames;
  return numbers(frames).map((i) => Math.trunc(i * part + part / 2));
}

/**
 * One random picture of each part: VideoX's training mode, which it also uses to test with several views in time. With
 * fewer pictures than frames nothing is random: pictures repeat, and a number rounded past the end starts again at 0.
 */
export function jitteredIndices(pictures: number, frames: number, random: Random): number[] {
  const part = Math.floor(pictures / frames);
  if (part > 0) return numbers(frames).map((i) => i * part + Math.floor(random() * part));
  return numbers(frames).map((i) => roundHalfEven(i * (pictures / frames)) % pictures);
}

/**
 * `frames` pictures from a random stretch of `frames * step` ones: the notebook's way. A clip that is no longer than the
 * stretch makes the notebook fail; here it is used whole.
 * @param step pictures from one frame to the next, >= 1
 */
export function stretchIndices(pictures: number, frames: number, step: number, random: Random): number[] {
  const length = Math.trunc(frames * step);
  const end = pictures > length ? length + Math.floor(random() * (pictures - length)) : pictures;
  const start = Math.max(0, end - length);
  const distance = frames > 1 ? (end - start) / (frames - 1) : 0;
  return numbers(frames).map((i) => Math.trunc(Math.min(start + i * distance, end - 1)));
}

/** Halves go to the even neighbour, as in NumPy's `around`. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
