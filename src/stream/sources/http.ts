/** `http://` and `https://`: MJPEG cameras, MP4 and other recordings, HLS playlists. */
import { parseNetworkUrl } from '../source-url.js';
import { networkTimeoutUs, recordingFormats, type SourceType } from '../source-type.js';

const form = 'http[s]://[user:password@]host[:port]/path (MJPEG, MP4, HLS)';

export const httpSource: SourceType = {
  kind: 'http',
  forms: [form],
  parse(text) {
    if (!/^https?:/i.test(text)) return undefined;
    return { ...parseNetworkUrl(text, form), parameters: {} };
  },
  plan(spec, settings) {
    return {
      url: spec.url,
      format: null,
      nature: 'detect',
      options: {
        format_whitelist: `${recordingFormats},hls,mpjpeg,mjpeg`,
        // No `file`: a playlist must not reach into this machine.
        protocol_whitelist: 'http,https,httpproxy,tcp,tls,crypto',
        rw_timeout: networkTimeoutUs(settings),
      },
    };
  },
};
