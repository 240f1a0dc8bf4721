/** Error codes of published streams (WHIP). */
import type { CatalogueEntry } from './entry.js';

export const whipErrors = {
  WHIP_UNAUTHORIZED: {
    summary: 'A publisher has not given the right token.',
    hint: 'Send `Authorization: Bearer <token>` with the token that the program was started with (OBS: Bearer Token; page: the field beside the button).',
  },
  WHIP_REMOTE_REFUSED: {
    summary: 'Without a token only programs of this machine may publish.',
    hint: 'Start the program with ACTIONWIRE_WHIP_TOKEN or `--whip-token-file`, and give the token to the publisher.',
  },
  WHIP_BUSY: {
    summary: 'Somebody publishes to this stream already.',
    hint: 'End the other publication first; one from which nothing has come for two seconds gives way by itself.',
  },
  WHIP_LIMIT: {
    summary: 'As many publishers as are allowed are at it already.',
    hint: 'Try again later, or raise `--whip-publishers`.',
  },
  WHIP_OFFER_INVALID: {
    summary: 'What a publisher sent is not an offer that can be answered.',
    hint: 'POST the SDP offer of a WebRTC connection with one video to send, with Content-Type application/sdp.',
  },
  WHIP_CODEC_UNSUPPORTED: {
    summary: 'A publisher offers no video that can be decoded.',
    hint: 'Set the publisher to H.264, VP8 or VP9.',
  },
  WHIP_SESSION_UNKNOWN: {
    summary: 'There is no such publication.',
    hint: 'Use the URL of the Location header; a publication that has ended is forgotten.',
  },
} as const satisfies Record<string, CatalogueEntry>;
