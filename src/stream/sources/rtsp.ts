/** `rtsp://` and `rtsps://`: IP cameras and media servers. */
import { parseNetworkUrl } from '../source-url.js';
import { networkTimeoutUs, trustOptions, type SourceType } from '../source-type.js';

const form = 'rtsp://[user:password@]host[:port]/path';

export const rtspSource: SourceType = {
  kind: 'rtsp',
  forms: [form],
  parse(text) {
    if (!/^rtsps?:/i.test(text)) return undefined;
    return { ...parseNetworkUrl(text, form), parameters: {} };
  },
  plan(spec, settings) {
    return {
      url: spec.url,
      format: null,
      nature: 'live',
      options: {
        format_whitelist: 'rtsp,sdp,rtp,mpegts',
        protocol_whitelist: 'rtsp,rtsps,rtp,srtp,udp,tcp,tls',
        rtsp_transport: settings.rtspTransport,
        timeout: networkTimeoutUs(settings),
        // Sound and metadata are not even asked for.
        allowed_media_types: 'video',
        ...(spec.url.startsWith('rtsps:') ? trustOptions(settings) : {}),
        // A short, bounded look at the stream: the first picture is out about a second earlier than with the defaults.
        fpsprobesize: '0',
        analyzeduration: '1000000',
        probesize: '500000',
      },
    };
  },
};
