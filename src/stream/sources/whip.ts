/** `whip:`: no camera to call, but a stream that a browser, OBS or another WHIP client (RFC 9725) publishes to this program. */
import { ActionwireError } from '../../core/errors.js';
import type { SourceType } from '../source-type.js';

const form = 'whip:';

export const whipSource: SourceType = {
  kind: 'whip',
  forms: [form],
  parse(text) {
    if (!/^whip:/i.test(text)) return undefined;
    if (text.length > form.length) {
      throw new ActionwireError('SOURCE_INVALID', `A published stream takes nothing after '${form}'.`, {
        hint: 'Name the stream in front, as in me=whip:, and let the publisher send to /whip/me.',
      });
    }
    return { url: form, displayUrl: form, parameters: {} };
  },
  plan() {
    return { url: form, format: null, nature: 'live', options: {} };
  },
};
