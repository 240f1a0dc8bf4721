import { describe, expect, it } from 'vitest';
import { parseWays, wayName } from '../src/ways.js';

describe('ways of computing scores', () => {
  it('are named by what differs from exact fp32, in any order of the words', () => {
    const ways = parseWays('streaming, int8,int8+streaming,exact+fp16');
    expect(ways).toEqual([
      { mode: 'streaming', precision: 'fp32' },
      { mode: 'exact', precision: 'int8' },
      { mode: 'streaming', precision: 'int8' },
      { mode: 'exact', precision: 'fp16' },
    ]);
    expect(ways.map(wayName)).toEqual(['streaming', 'int8', 'streaming+int8', 'fp16']);
    expect(wayName({ mode: 'exact', precision: 'fp32' })).toBe('exact+fp32');
  });

  it.each([
    ['', /"" is not a mode/],
    ['int4', /"int4" is not a mode \(exact, streaming\), a precision \(fp32, fp16, int8\)/],
    ['int8+fp16', /"int8\+fp16" is not/],
    ['streaming+exact', /is not a mode/],
    ['int8+int8', /is not a mode/],
    ['streaming,', /"" is not/],
    ['exact', /exact\+fp32 is what the others are compared with/],
    ['fp32', /exact\+fp32 is what/],
    ['int8,exact+int8', /"int8" is named twice/],
  ])('%j is refused', (text, message) => {
    expect(() => parseWays(text)).toThrow(message);
    expect(() => parseWays(text)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});
