/** How FFmpeg is told to open a source that was named by a request: nothing but through the guard in its own process. */
import type { InputPlan } from '../source-type.js';
import { targetOf } from './target.js';

/**
 * FFmpeg gets no protocol with which it could connect past the guard. Of HTTP sources only unencrypted ones may be HLS: encrypted ones
 * need FFmpeg's `httpproxy` protocol, which a playlist could use to reach any host.
 */
export function guardedPlan(plan: InputPlan): InputPlan {
  return {
    ...plan,
    guarded: true,
    options: { ...plan.options, ...restrictions(targetOf(plan.url)?.scheme, plan.options) },
  };
}

function restrictions(scheme: string | undefined, options: InputPlan['options']): Record<string, string> {
  switch (scheme) {
    case 'http':
      return { protocol_whitelist: 'http,tcp,crypto' };
    case 'https': {
      const formats = (options['format_whitelist'] ?? '').split(',').filter((format) => format !== 'hls');
      return { protocol_whitelist: 'https,http,httpproxy,tls,tcp', format_whitelist: formats.join(',') };
    }
    default:
      // Over UDP the server could name any host to send to.
      return { protocol_whitelist: 'rtsp,rtp,tcp', rtsp_transport: 'tcp' };
  }
}
