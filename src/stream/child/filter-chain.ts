/** Describes, in FFmpeg's filter language, how a decoded picture becomes the model's input. */
import type { Preparation } from '../../core/model-info.js';
import type { PictureResize } from '../../core/picture.js';
import type { ColorMatrix } from '../protocol.js';

const exact = 'accurate_rnd+full_chroma_int+full_chroma_inp';

/** PIL's kernels: bilinear as it is; bicubic with a = -0.5 (FFmpeg's default is -0.6). */
const kernels = { bilinear: `bilinear+${exact}`, bicubic: `bicubic+${exact}:param0=0:param1=0.5` } as const;

/** BT.601 has two names in FFmpeg; this one is what an untagged stream is taken for. */
const matrices: Readonly<Record<ColorMatrix, string>> = { bt601: 'smpte170m', bt709: 'bt709' };

export interface ChainOptions {
  readonly preparation: Preparation;
  /** Upright-making filters, from `rotationFilters`. */
  readonly rotation: readonly string[];
  /** Overrides the colour matrix of the stream. */
  readonly colorMatrix?: ColorMatrix;
  /** Makes pixels that are not square square. */
  readonly squarePixels?: boolean;
  /** Uses one field alone of interlaced pictures. */
  readonly deinterlace?: boolean;
}

/** The longer edge as an expression of the `scale` filter, with the arithmetic of the two originals. */
const longerEdge: Readonly<Record<PictureResize['rounding'], (edge: number, long: string, short: string) => string>> = {
  down: (edge, long, short) => `trunc(${edge}*${long}/${short})`,
  nearest: (edge, long, short) => `trunc(${long}*(${edge}/${short})+0.5)`,
};

/** What the chain must know of a decoded picture; width and height in pixels. */
export interface PictureShape {
  readonly width: number;
  readonly height: number;
  /** Whether it holds two fields, taken at different times. */
  readonly interlaced?: boolean;
}

/**
 * Below this many times the target size, a picture is made RGB at full size before it is resized, as PIL would see it:
 * resizing subsampled chroma directly errs visibly there (0.3 to 0.5 of 255 on average), and the conversion is cheap.
 * Above it, the error is below 0.25 and the conversion would cost more than the resizing itself.
 */
const exactBelow = 3;

/**
 * Rotate, resize the shorter edge, convert to RGB, crop the centre: the order and the truncated sizes of Hugging Face's
 * image processors (`get_resize_output_image_size` and `center_crop` of transformers/image_transforms.py).
 * The crop happens in RGB, where an odd offset is possible.
 */
export function filterChain(options: ChainOptions, picture: PictureShape): string {
  const { preparation, rotation, colorMatrix, squarePixels = false, deinterlace = false } = options;
  const { cropWidth: w, cropHeight: h } = preparation;
  const colours = colorMatrix === undefined ? [] : [`setparams=colorspace=${matrices[colorMatrix]}`];
  const oneField = deinterlace && picture.interlaced === true;
  return [
    ...(oneField ? fieldSteps(squarePixels) : []),
    ...rotation,
    ...colours,
    ...resizeSteps({ ...preparation, rounding: 'down' }, picture, squarePixels || oneField ? shapedWidth : 'iw'),
    `crop=${w}:${h}:'trunc((iw-${w})/2)':'trunc((ih-${h})/2)'`,
  ].join(',');
}

/**
 * Rotate, resize the shorter edge and convert to RGB, without any crop.
 * @param size of the decoded picture, pixels
 */
export function resizeChain(resize: PictureResize, rotation: readonly string[], size: PictureShape): string {
  return [...rotation, ...resizeSteps(resize, size)].join(',');
}

/**
 * The upper field costs nothing to take (every second line, no copy), and what is left of 1080i still has more than twice the
 * lines a model wants. Its pixels are twice as high as wide, which the resizing undoes.
 */
function fieldSteps(squarePixels: boolean): string[] {
  return ['field=type=top', `setsar=sar=${squarePixels ? 'sar/2' : '1/2'}:max=10000`];
}

/** The width that a picture has when its pixels are made square; shapes beyond 1:8 are mistakes, or attacks on our memory. */
const shapedWidth = '(iw*clip(sar,0.125,8))';

/** @param iw the width as an expression of the `scale` filter */
function resizeSteps(
  { shortestEdge: edge, rounding, resample }: PictureResize,
  size: PictureShape,
  iw = 'iw',
): string[] {
  const longer = longerEdge[rounding];
  const width = `if(gte(${iw},ih),${longer(edge, iw, 'ih')},${edge})`;
  const height = `if(gte(${iw},ih),${edge},${longer(edge, 'ih', iw)})`;
  const small = Math.min(size.width, size.height) < exactBelow * edge;
  return [
    ...(small ? [`scale=flags=${kernels.bilinear}`, 'format=gbrp'] : []),
    `scale=w='${width}':h='${height}':flags=${kernels[resample]}`,
    'format=rgb24',
  ];
}
