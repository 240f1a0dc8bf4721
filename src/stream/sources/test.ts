/** `test:`: FFmpeg's synthetic moving pattern (testsrc2), to try the program without any camera. */
import { ActionwireError } from '../../core/errors.js';
import { parseParameters } from '../source-url.js';
import type { SourceType } from '../source-type.js';

const form = 'test: [?size=640x360&fps=25&seconds=10]';
const allowed = {
  size: /^[1-9]\d{1,3}x[1-9]\d{1,3}$/,
  fps: /^(?:[1-9]\d?|1[01]\d|120)$/,
  seconds: /^\d{1,5}(?:\.\d{1,3})?$/,
};

export const testSource: SourceType = {
  kind: 'test',
  forms: [form],
  parse(text) {
    if (!/^test:/i.test(text)) return undefined;
    const { base, parameters } = parseParameters(text.slice('test:'.length), allowed, form);
    if (base !== '') throw new ActionwireError('SOURCE_INVALID', `The test source takes no name; expected ${form}.`);
    return { url: 'test:', displayUrl: 'test:', parameters };
  },
  plan({ parameters }) {
    const { size = '640x360', fps = '25', seconds } = parameters as { size?: string; fps?: string; seconds?: string };
    const duration = seconds === undefined ? '' : `:duration=${seconds}`;
    return {
      url: `testsrc2=size=${size}:rate=${fps}${duration}`,
      format: 'lavfi',
      nature: seconds === undefined ? 'endless' : 'recording',
      options: { format_whitelist: 'lavfi' },
    };
  },
};
