/** Where the numbers of each quantised layer lie in the file of int8 weights: known from the sizes alone. */
import type { WeightReference } from '../graph/builder.js';
import type { LinearLayer } from '../reduced-products.js';

export const quantisedFile = 'vision-int8.bin';

export interface QuantisedPlace {
  readonly kind: 'int8';
  /** int8 `[inputs, outputs]`. */
  readonly weights: WeightReference;
  /** float32 `[outputs]`: what one step of that output's weights is worth. */
  readonly scales: WeightReference;
}

/** Both parts of every layer, one after the other, each beginning at a multiple of `alignment` bytes; by the layer's prefix. */
export function quantisedLayout(layers: readonly LinearLayer[]): ReadonlyMap<string, QuantisedPlace> {
  let end = 0;
  const place = (type: 'int8' | 'float', shape: readonly number[]): WeightReference => {
    const offset = aligned(end);
    const length = shape.reduce((product, size) => product * size, type === 'int8' ? 1 : 4);
    end = offset + length;
    return { location: quantisedFile, type, shape, offset, length };
  };
  return new Map(
    layers.map(({ prefix, inputs, outputs }): [string, QuantisedPlace] => {
      const weights = place('int8', [inputs, outputs]);
      return [prefix, { kind: 'int8', weights, scales: place('float', [outputs]) }];
    }),
  );
}

/** Bytes of the file. */
export function quantisedBytes(layout: ReadonlyMap<string, QuantisedPlace>): number {
  return Math.max(0, ...[...layout.values()].map(({ scales }) => scales.offset + scales.length));
}

const alignment = 64;

function aligned(offset: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
