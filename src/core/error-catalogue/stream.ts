/** Error codes of sources and streams. */
import type { CatalogueEntry } from './entry.js';

export const streamErrors = {
  SOURCE_INVALID: {
    summary: 'The text given for a source is not one of the accepted forms.',
    hint: 'See docs/sources.md for every form; percent-encode `/`, `?` and `#` in a password.',
  },
  SOURCE_NOT_ALLOWED: {
    summary: 'Sources of this kind are not allowed by the configuration.',
    hint: 'Allow the kind explicitly, or use another source.',
  },
  SOURCE_AUTH: {
    summary: 'The source refused the user name, the password or the access rights.',
    hint: 'Check the credentials in the URL, or the permissions of the file or device.',
  },
  SOURCE_NOT_FOUND: {
    summary: 'There is no such file, device or stream.',
    hint: 'Check the path; for a camera, try the URL in a video player.',
  },
  SOURCE_UNREACHABLE: {
    summary: 'The host of the source cannot be reached or closed the connection.',
    hint: 'Check the address, the port, the network and whether the camera is on.',
  },
  SOURCE_TIMEOUT: {
    summary: 'The source accepted the connection but showed nothing in time.',
    hint: 'Check the camera, or allow more time to open the source.',
  },
  SOURCE_STALLED: {
    summary: 'The source is connected but shows no new picture.',
    hint: 'Check the camera and the network; the program reconnects by itself.',
  },
  SOURCE_CODEC: {
    summary: 'The video is in a format this build cannot decode.',
    hint: 'Set the camera to H.264, or convert the file.',
  },
  SOURCE_CORRUPT: {
    summary: 'The data of the source is damaged, cut off or empty.',
    hint: 'Check that the file plays elsewhere and was copied completely.',
  },
  SOURCE_ENDED: {
    summary: 'A live source closed the stream.',
    hint: 'Nothing to do when it comes back by itself; else check the camera.',
  },
  SOURCE_CRASHED: {
    summary: 'The process that decodes the stream died or stopped answering.',
    hint: 'Other streams are not affected. If it happens again and again, please report it with the kind of source.',
  },
  SOURCE_UNSUPPORTED: {
    summary: 'The source is not a video of a kind that is accepted there.',
    hint: 'See docs/sources.md for the accepted containers, protocols and tracks.',
  },
  SOURCE_UNTRUSTED: {
    summary: 'The certificate of the source is not one that `--tls-ca` vouches for.',
    hint: 'Give the file with the certificate of the camera or of the authority that signed it, and address the camera by the name in it.',
  },
  HWACCEL_UNAVAILABLE: {
    summary: 'The hardware decoder that was asked for does not work here, or not for this video.',
    hint: 'Install what the message names, or use `--hwaccel auto` or `--hwaccel none`.',
  },
  SOURCE_MEMORY: {
    summary: 'The process that decodes the stream used more memory than allowed and was ended.',
    hint: 'Lower the resolution of the source, or allow more with --max-decoder-memory.',
  },
  SOURCE_TOO_SHORT: {
    summary: 'The recording ended before it had shown one whole window of frames.',
    hint: 'Use a longer recording, or a higher --fps.',
  },
} as const satisfies Record<string, CatalogueEntry>;
