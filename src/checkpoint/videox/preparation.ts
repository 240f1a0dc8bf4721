/**
 * How VideoX prepares pictures for validation (X-CLIP/datasets/build.py): shorter edge to 256/224 of the model's, centre crop, ImageNet's
 * mean and deviation. Its checkpoints have no preprocessor_config.json.
 */
import { parsePreparation, type CheckpointPreparation } from '../preparation.js';

/** `imageSize` is the edge of the model's picture in pixels. */
export function originalPreparation(imageSize: number): CheckpointPreparation {
  const json = {
    size: Math.floor((256 / 224) * imageSize),
    crop_size: imageSize,
    resample: 2,
    image_mean: [0.485, 0.456, 0.406],
    image_std: [0.229, 0.224, 0.225],
  };
  return parsePreparation(json, imageSize, 'VideoX');
}
