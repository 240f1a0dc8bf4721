import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeCheckpoint, openCheckpoint } from '../../src/checkpoint/index.js';

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
