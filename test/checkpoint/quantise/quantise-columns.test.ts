import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantiseColumns } from '../../../src/checkpoint/quantise/quantise-columns.js';

describe('quantiseColumns', () => {
  it('gives every output its own scale, whose largest weight is 127 or -127', () => {
    const matrix = Float32Array.of(1.5, -2, 0.5, 100, 25, 0, -1e-6, 0, 2.5e-7); // three outputs of three inputs
    const { weights, scales } = quantiseColumns(matrix, { inputs: 3, outputs: 3, transposed: false });
    [2, 100, 1e-6].forEach((value, output) => expect((scales[output]! * 127) / value).toBeCloseTo(1, 6));
    expect([...weights]).toEqual([95, 127, -127, -127, 32, 0, 32, 0, 32]); // [inputs, outputs]
  });

  it('gives zeros and the scale 1 to an output without any weight that counts', () => {
    const matrix = Float32Array.of(0, 0, 1e-40, -1e-41, 3, 4);
    const { weights, scales } = quantiseColumns(matrix, { inputs: 2, outputs: 3, transposed: false });
    expect([...scales.subarray(0, 2)]).toEqual([1, 1]);
    expect([...weights]).toEqual([0, 0, 95, 0, 0, 127]);
  });

  it('is off by half a step at most, and the same for a matrix stored the other way round', () => {
    const sizes = fc.record({ inputs: fc.integer({ min: 1, max: 9 }), outputs: fc.integer({ min: 1, max: 7 }) });
    const property = fc.property(
      sizes,
      fc.infiniteStream(fc.float({ min: -1e4, max: 1e4, noNaN: true })),
      (size, stream) => {
        const { inputs, outputs } = size;
        const matrix = Float32Array.from({ length: inputs * outputs }, () => Number(stream.next().value));
        const found = quantiseColumns(matrix, { ...size, transposed: false });
        const turned = Float32Array.from(
          matrix,
          (_, at) => matrix[(at % outputs) * inputs + Math.floor(at / outputs)]!,
        );
        expect(quantiseColumns(turned, { ...size, transposed: true })).toEqual(found);
        matrix.forEach((weight, at) => {
          const [output, input] = [Math.floor(at / inputs), at % inputs];
          const scale = found.scales[output]!;
          const back = found.weights[input * outputs + output]! * scale;
          expect(Math.abs(back - weight)).toBeLessThanOrEqual(scale === 1 ? 127 * 2 ** -126 : scale * 0.50001);
        });
      },
    );
    fc.assert(property, { numRuns: 200 });
  });
});
