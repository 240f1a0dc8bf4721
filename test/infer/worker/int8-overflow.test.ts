import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { int8Probe } from '../../../src/checkpoint/index.js';
import { int8Overflows, tooSmall } from '../../../src/infer/worker/int8-overflow.js';

describe('overflow of int8 products', () => {
  it('is seen in sums whose pairs were cut off at 16 bits, and not in exact ones', () => {
    const exact = new Float32Array(128).fill(int8Probe.expected);
    expect(tooSmall(exact)).toBe(false);
    expect(tooSmall(exact.fill(32_767 * 32, 100))).toBe(true);
  });

  it.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
    'agrees with the processor’s own list',
    async () => {
      const exactSums = /\b(avx512_vnni|avx_vnni|amx_int8)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
      // Without VNNI it depends on the width of the kernels, so only this direction is certain.
      if (exactSums) expect(await int8Overflows()).toBe(false);
      else expect(typeof (await int8Overflows())).toBe('boolean');
    },
  );
});
