/** Puts the pictures of a clip together into the windows that the model scores: one for each view in time and space. */
import type { Picture, PicturesRead } from '../core/picture.js';
import { copyCrop, cropOffsets, type CropOffset, type CropSize } from './crops.js';
import type { Protocol } from './protocol.js';

/** Yields `clips x crops` windows of `frames x height x width x 3` bytes; each has memory of its own. */
export function* views(
  protocol: Protocol,
  indices: readonly (readonly number[])[],
  read: PicturesRead,
): Generator<Uint8Array> {
  for (const view of indices) {
    const pictures = view.map((index) => pictureAt(read, index));
    for (let crop = 0; crop < protocol.crops; crop++) {
      yield windowOf(pictures, protocol.crop, (picture) => offsetOf(protocol, picture, crop));
    }
  }
}

function windowOf(pictures: readonly Picture[], crop: CropSize, offset: (picture: Picture) => CropOffset): Uint8Array {
  const frameBytes = crop.width * crop.height * 3;
  const window = new Uint8Array(pictures.length * frameBytes);
  pictures.forEach((picture, i) => {
    copyCrop(picture, offset(picture), crop, window.subarray(i * frameBytes, (i + 1) * frameBytes));
  });
  return window;
}

/** Each picture's own size counts: a recording may change it on the way. */
function offsetOf({ crops, crop }: Protocol, picture: Picture, number: number): CropOffset {
  const offset = cropOffsets(crops, picture, crop)[number];
  if (offset === undefined) throw new RangeError(`there is no crop ${number}`);
  return offset;
}

function pictureAt({ pictures, total }: PicturesRead, index: number): Picture {
  const picture = pictures.get(index);
  if (picture === undefined) throw new RangeError(`picture ${index} of ${total} was not read`);
  return picture;
}
