import { describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.js';

describe('parseConfig', () => {
  it('fills in the defaults', () => {
    expect(parseConfig({ sources: ['test:'], server: {} })).toMatchObject({
      mode: 'live',
      inference: 'exact',
      precision: 'fp32',
      provider: 'auto',
      rtspTransport: 'tcp',
      stallTimeoutMs: 5000,
      server: { host: '127.0.0.1', port: 8787 },
    });
  });

  it('names every unacceptable value by its option', () => {
    const parse = (): unknown => parseConfig({ sources: ['test:'], server: { port: -1 }, fps: 0, strideFrames: 0.5 });
    expect(parse).toThrow(/--port.*--fps|--fps.*--port/);
    expect(parse).toThrow(/--stride/);
    expect(() => parseConfig({ sources: ['test:'], server: false, inference: 'lazy' })).toThrow(/--mode: .*streaming/);
    expect(parse).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });

  it('names --stream-labels, not the stream, where the labels of one will not do', () => {
    const parse = (): unknown => parseConfig({ sources: ['test:'], server: false, streamLabels: { front: ['a', ''] } });
    expect(parse).toThrow(/^--stream-labels: 1 to 200 characters/);
  });

  it('takes a memory limit that a decoder can work within, or none', () => {
    const parse = (maxDecoderMemoryMb?: number): unknown =>
      parseConfig({ sources: ['test:'], server: false, maxDecoderMemoryMb });
    expect(parse()).toMatchObject({ maxDecoderMemoryMb: 1024 });
    expect(parse(0)).toMatchObject({ maxDecoderMemoryMb: 0 });
    expect(() => parse(64)).toThrow(/^--max-decoder-memory: must be 0 or at least 200$/);
    expect(() => parse(-1)).toThrow(/--max-decoder-memory/);
  });

  it('refuses batches where streams would change each other’s scores', () => {
    const parse = (precision: string): unknown =>
      parseConfig({ sources: ['test:'], server: false, precision, batch: 2 });
    expect(() => parse('int8')).toThrow(/--batch: in int8 each window is scored alone/);
    expect(parse('fp32')).toMatchObject({ batch: 2 });
    expect(parseConfig({ sources: ['test:'], server: false, precision: 'int8', batch: 1 })).toMatchObject({ batch: 1 });
  });

  it('refuses a key it does not know', () => {
    expect(() => parseConfig({ sources: ['test:'], server: false, colour: 'red' })).toThrow(/colour/);
  });
});
