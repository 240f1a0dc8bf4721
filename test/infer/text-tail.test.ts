import { describe, expect, it } from 'vitest';
import { TextTail } from '../../src/infer/text-tail.js';

const tail = (text: string): TextTail => {
  const one = new TextTail();
  one.add(text);
  return one;
};

describe('TextTail', () => {
  it('gives the last line that says something, without colours', () => {
    expect(tail('first\n\u001b[1;31mout of memory\u001b[m\n\n').lastLine()).toBe(': out of memory');
    expect(tail('').lastLine()).toBe('');
  });

  it('finds the library that could not be loaded', () => {
    const linux = 'error: /opt/x/libonnxruntime_providers_shared.so: cannot open shared object file: No such file';
    expect(tail(linux).missingLibrary()).toBe('libonnxruntime_providers_shared.so');
    expect(tail("Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file").missingLibrary()).toBe(
      'libvulkan.so.1',
    );
    expect(tail('all is well').missingLibrary()).toBeUndefined();
  });

  it('keeps only the end of a flood', () => {
    const one = new TextTail();
    for (let line = 0; line < 10_000; line++) one.add(`line ${line}\n`);
    expect(one.lastLine()).toBe(': line 9999');
  });
});
