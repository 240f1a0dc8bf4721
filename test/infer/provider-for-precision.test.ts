import { describe, expect, it } from 'vitest';
import { candidatesInPrecision } from '../../src/infer/provider-for-precision.js';
import { candidatesFor } from '../../src/infer/provider.js';

describe('candidatesInPrecision', () => {
  it('leaves fp32 and fp16 to the usual choice', () => {
    for (const precision of ['fp32', 'fp16'] as const)
      for (const choice of ['auto', 'cuda', 'webgpu', 'cpu'] as const)
        expect(candidatesInPrecision(choice, precision)).toEqual(candidatesFor(choice));
  });

  it('runs int8 on the CPU and says why', () => {
    expect(candidatesInPrecision('auto', 'int8')).toEqual({ names: ['cpu'], remark: 'int8 runs on the CPU alone' });
    expect(candidatesInPrecision('cpu', 'int8').names).toEqual(['cpu']);
  });

  it('refuses another provider for int8 by name', () => {
    const message = 'int8 does not run on webgpu';
    expect(() => candidatesInPrecision('webgpu', 'int8')).toThrow(
      expect.objectContaining({ code: 'PRECISION_UNAVAILABLE', message }),
    );
  });
});
