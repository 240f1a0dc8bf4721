/** `http://` and `https://`: MJPEG cameras, MP4 and other recordings, HLS playlists. */
import { parseNetworkUrl } from '../source-url.js';
import {
  networkTimeoutUs,
  recordingFormats,
  recordingOptions,
  trustOptions,
  type PlanSettings,
  type SourceSpec,
  type SourceType,
} from '../source-type.js';

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
        // FFmpeg would fetch the segments of a playlist without checking certificates: no playlist where they are to be checked.
        format_whitelist: `${recordingFormats},${isChecked(spec, settings) ? '' : 'hls,'}mpjpeg,mjpeg`,
        // No `file`: a playlist must not reach into this machine.
        protocol_whitelist: 'http,https,httpproxy,tcp,tls,crypto',
        rw_timeout: networkTimeoutUs(settings),
        ...recordingOptions,
        ...(isChecked(spec, settings) ? trustOptions(settings) : {}),
      },
    };
  },
};

function isChecked({ url }: SourceSpec, { tlsCa }: PlanSettings): boolean {
  return tlsCa !== undefined && url.startsWith('https:');
}
