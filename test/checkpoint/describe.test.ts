import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeCheckpoint, openCheckpoint } from '../../src/checkpoint/index.js';

describe('describeCheckpoint', () => {
  it('tells the sizes, weights and cost of the bundled model', async () => {
    const description = await describeCheckpoint(await openCheckpoint('models/xclip-mini'));
    const { weights, parametersByPart, multiplyAdds, architecture, preprocessing } = description;
    const fileBytes = statSync('models/xclip-mini/model.safetensors').size;

    expect(architecture.vision).toMatchObject({ imageSize: 112, patchSize: 16, frames: 32 });
    expect(weights.bytes).toBeLessThanOrEqual(fileBytes);
    expect(weights.bytes).toBeGreaterThan(fileBytes * 0.95);
    expect(weights).toMatchObject({ types: 'F16', parameters: weights.bytes / 2, files: 1 });
    expect(Object.values(parametersByPart).reduce((a, b) => a + b)).toBe(weights.parameters);
    expect(multiplyAdds.window).toBeGreaterThan(32 * multiplyAdds.frame);
    expect(preprocessing).toMatchObject({ shortestEdge: 112, cropWidth: 112, cropHeight: 112, resample: 'bilinear' });
  });
});
