import { describe, expect, it } from 'vitest';
import { filterChain, resizeChain } from '../../../src/stream/child/filter-chain.js';

const preparation = { shortestEdge: 224, cropWidth: 224, cropHeight: 200, resample: 'bilinear' } as const;
const large = { width: 1920, height: 1080 };
const steps = (chain: string): string[] => chain.split(/,(?=[a-z]+=)/).map((step) => step.split('=')[0]!);

describe('filterChain', () => {
  it('resizes, converts, then crops the centre', () => {
    expect(filterChain({ preparation, rotation: [] }, large)).toBe(
      "scale=w='if(gte(iw,ih),trunc(224*iw/ih),224)':h='if(gte(iw,ih),224,trunc(224*ih/iw))'" +
        ':flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp,format=rgb24,' +
        "crop=224:200:'trunc((iw-224)/2)':'trunc((ih-200)/2)'",
    );
  });

  it('turns the picture upright first, and says how colours are to be read before they are', () => {
    const chain = filterChain({ preparation, rotation: ['transpose=clock'], colorMatrix: 'bt709' }, large);
    expect(steps(chain)).toEqual(['transpose', 'setparams', 'scale', 'format', 'crop']);
    expect(chain).toContain('setparams=colorspace=bt709,');
  });

  it('takes the upper field of interlaced pictures, before they are turned, unless told not to', () => {
    const interlaced = { ...large, interlaced: true };
    const chain = (deinterlace: boolean): string =>
      filterChain({ preparation, rotation: ['transpose=clock'], deinterlace }, interlaced);
    expect(steps(chain(true))).toEqual(['field', 'setsar', 'transpose', 'scale', 'format', 'crop']);
    expect(steps(chain(false))).toEqual(['transpose', 'scale', 'format', 'crop']);
    expect(steps(filterChain({ preparation, rotation: [], deinterlace: true }, large))[0]).toBe('scale');
  });

  it('makes small pictures RGB before resizing them', () => {
    const chain = filterChain({ preparation, rotation: [] }, { width: 640, height: 360 });
    expect(steps(chain)).toEqual(['scale', 'format', 'scale', 'format', 'crop']);
  });

  it("uses PIL's bicubic kernel, not FFmpeg's", () => {
    const bicubic = { ...preparation, resample: 'bicubic' } as const;
    expect(filterChain({ preparation: bicubic, rotation: [] }, large)).toContain('flags=bicubic+');
    expect(filterChain({ preparation: bicubic, rotation: [] }, large)).toContain(':param0=0:param1=0.5');
  });
});

describe('resizeChain', () => {
  const resize = { shortestEdge: 256, rounding: 'nearest', resample: 'bilinear' } as const;

  it('does not crop, and rounds the longer edge as asked', () => {
    expect(resizeChain(resize, ['hflip'], large)).toBe(
      "hflip,scale=w='if(gte(iw,ih),trunc(iw*(256/ih)+0.5),256)':h='if(gte(iw,ih),256,trunc(ih*(256/iw)+0.5))'" +
        ':flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp,format=rgb24',
    );
    expect(resizeChain({ ...resize, rounding: 'down' }, [], large)).toContain('trunc(256*iw/ih)');
  });
});
