/** The summary of a checkpoint adds up. */
import { statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/checkpoint/config.js';
import { countMultiplyAdds } from '../../src/checkpoint/cost.js';
import { describeCheckpoint, openCheckpoint } from '../../src/checkpoint/index.js';
import { keptFramesMemory, streamMemory, streamSizes } from '../../src/checkpoint/stream-state.js';
import { caseNamed } from './support/cases.js';
import { writeCheckpoint } from './support/write-checkpoint.js';

let folder: Awaited<ReturnType<typeof writeCheckpoint>>;
beforeAll(async () => {
  folder = await writeCheckpoint(caseNamed('half-precision'));
});
afterAll(() => folder.remove());

describe('the description of a checkpoint', () => {
  it('is plain data whose parts add up to the whole', async () => {
    const description = describeCheckpoint(await openCheckpoint(folder.dir));
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
    const { total, parts, files, types } = description;
    for (const key of ['tensors', 'parameters', 'bytes'] as const) {
      expect(Object.values(parts).reduce((sum, part) => sum + part[key], 0)).toBe(total[key]);
    }
    expect([files, types, total.bytes / total.parameters]).toEqual([['model.safetensors'], ['F16'], 2]);
  });

  it('counts the multiply-adds of matrix products, here by hand', () => {
    const config = parseConfig({
      model_type: 'xclip',
      projection_dim: 2,
      prompt_layers: 1,
      prompt_num_attention_heads: 1,
      text_config: {
        hidden_size: 2,
        intermediate_size: 4,
        num_hidden_layers: 1,
        num_attention_heads: 1,
        max_position_embeddings: 3,
      },
      vision_config: {
        ...{ hidden_size: 2, intermediate_size: 4, num_hidden_layers: 1, num_attention_heads: 1, num_frames: 2 },
        ...{ image_size: 2, patch_size: 1, mit_hidden_size: 2, mit_intermediate_size: 4, mit_num_attention_heads: 1 },
      },
    });
    // Frame: 4 patches x 3 numbers x 2; a layer of 5 tokens over 6: q and out 5x2x4, k and v 6x2x4, scores and mix 2x5x6x2,
    // MLP 5x2x8; the message: 5 products of 4, over 2 frames 2x2x2; projection 4.
    const frame = 24 + (40 + 48 + 120 + 80) + (20 + 8) + 4;
    // Window: 2 frames; integration 2 x (16 + 16) + 2x2x2x2; patch projection 4x4; the prompts' k and v 2x4x4.
    const window = 2 * frame + (64 + 16) + 16 + 32;
    // Label: q and out 2x4, MLP 2x16, attention over 4 patches 2x4x2, cosine 2. Text: 3 x (16 + 16) + 2x3x3x2, projection 4.
    expect(countMultiplyAdds(config)).toEqual({ frame, window, label: 8 + 32 + 16 + 2, text: 96 + 36 + 4 });
  });

  it('tells what streaming mode keeps for each stream, for base-patch16 with 32 frames', async () => {
    const { config } = caseNamed('base-patch16-32-frames');
    const sizes = streamSizes(parseConfig({ model_type: 'xclip', ...config }));
    expect(streamMemory(sizes)).toEqual({
      messages: 2 * 12 * 31 * 768 * 4,
      frameFeatures: 32 * 512 * 4,
      patchTerms: 32 * 196 * 512 * 4,
      patchSum: 196 * 512 * 8,
      total: 15_998_976,
    });
    expect(describeCheckpoint(await openCheckpoint('models/xclip-mini')).streamMemory.total).toBe(1_589_760);
    expect(keptFramesMemory(sizes)).toBe(19_365_888);
  });

  it('tells the size of the int8 weights: six matrices a layer, and four bytes for each of their outputs', async () => {
    const [layers, width, inner] = [6, 192, 576];
    const weights = 4 * width * width + 2 * width * inner;
    const outputs = 5 * width + inner;
    expect(describeCheckpoint(await openCheckpoint('models/xclip-mini')).int8Bytes).toBe(
      layers * (weights + 4 * outputs),
    );
  });

  it('tells the sizes, weights and cost of the bundled model', async () => {
    const { total, parts, types, files, config, preparation, multiplyAdds } = describeCheckpoint(
      await openCheckpoint('models/xclip-mini'),
    );
    const fileBytes = statSync('models/xclip-mini/model.safetensors').size;

    expect(config.vision).toMatchObject({ imageSize: 112, patchSize: 16, frames: 32 });
    expect(total.bytes).toBeLessThanOrEqual(fileBytes);
    expect(total.bytes).toBeGreaterThan(fileBytes * 0.95);
    expect(total.parameters).toBe(total.bytes / 2);
    expect({ types, files }).toEqual({ types: ['F16'], files: ['model.safetensors'] });
    expect(Object.values(parts).reduce((all, { parameters }) => all + parameters, 0)).toBe(total.parameters);
    expect(multiplyAdds.window).toBeGreaterThanOrEqual(32 * multiplyAdds.frame);
    expect(preparation).toMatchObject({ shortestEdge: 112, cropWidth: 112, cropHeight: 112, resample: 'bilinear' });
  });
});
