/** How a clip is shown to a model: which pictures, how large, which crops. One of the two published ways. */
import type { ModelInfo } from '../core/model-info.js';
import type { PictureResize } from '../core/picture.js';
import { ActionwireError } from '../core/errors.js';
import type { CropSize } from './crops.js';
import { evenIndices, jitteredIndices, stretchIndices } from './frame-indices.js';
import { seededRandom } from './seeded-random.js';

export const protocolNames = ['videox', 'huggingface'] as const;
export type ProtocolName = (typeof protocolNames)[number];

/** The most views in time: their pictures are held in memory together. */
export const maxClips = 10;

export interface ProtocolOptions {
  readonly name: ProtocolName;
  /** Views in time, 1 to `maxClips`. */
  readonly clips: number;
  /** Views in space. */
  readonly crops: 1 | 3;
  /** Of the random numbers, where the protocol uses some. */
  readonly seed: number;
  /** `huggingface` only: pictures from one frame to the next, >= 1. */
  readonly frameStep: number;
}

export interface Protocol extends ProtocolOptions {
  /** T. */
  readonly frames: number;
  readonly crop: CropSize;
  readonly resize: PictureResize;
}

/**
 * `videox`: shorter edge to int(256 / 224 x size) and the centre, or to the size itself and three crops.
 * `huggingface`: the checkpoint's own preprocessor_config.json. Both take kernel, mean and deviation from it.
 * @throws OPTION_INVALID for a combination that neither has
 */
export function planProtocol(options: ProtocolOptions, info: Pick<ModelInfo, 'frameCount' | 'preparation'>): Protocol {
  const { cropWidth: width, cropHeight: height } = info.preparation;
  if (!Number.isInteger(options.clips) || options.clips < 1 || options.clips > maxClips) {
    throw new ActionwireError('OPTION_INVALID', `--clips: a whole number from 1 to ${maxClips}, not ${options.clips}`);
  }
  if (options.name === 'huggingface' && options.crops === 3) {
    throw new ActionwireError(
      'OPTION_INVALID',
      '--crops 3 belongs to the protocol videox; huggingface has the centre only',
    );
  }
  if (!(options.frameStep >= 1)) {
    throw new ActionwireError('OPTION_INVALID', `--frame-step: a number from 1 up, not ${options.frameStep}`);
  }
  return { ...options, frames: info.frameCount, crop: { width, height }, resize: resizeOf(options, info.preparation) };
}

/** The pictures of each view in time, by number: `clips` lists of `frames`. `clipName` decides what is random. */
export function clipIndices(protocol: Protocol, pictures: number, clipName: string): number[][] {
  const { name, clips, frames, seed, frameStep } = protocol;
  const random = seededRandom(seed, clipName);
  const views = Array.from({ length: clips });
  if (name === 'huggingface') return views.map(() => stretchIndices(pictures, frames, frameStep, random));
  if (clips === 1) return [evenIndices(pictures, frames)];
  return views.map(() => jitteredIndices(pictures, frames, random));
}

function resizeOf({ name, crops }: ProtocolOptions, preparation: ModelInfo['preparation']): PictureResize {
  const { shortestEdge, resample } = preparation;
  if (name === 'huggingface') return { shortestEdge, rounding: 'down', resample };
  const size = Math.max(preparation.cropWidth, preparation.cropHeight);
  const edge = crops === 3 ? size : Math.trunc((256 / 224) * size);
  return { shortestEdge: edge, rounding: 'nearest', resample };
}
