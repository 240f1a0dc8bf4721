/** Translates FFmpeg's error numbers into the short public list of failures. */
import { constants } from 'node:os';
import {
  AVERROR_DECODER_NOT_FOUND,
  AVERROR_DEMUXER_NOT_FOUND,
  AVERROR_EOF,
  AVERROR_HTTP_BAD_REQUEST,
  AVERROR_HTTP_FORBIDDEN,
  AVERROR_HTTP_NOT_FOUND,
  AVERROR_HTTP_OTHER_4XX,
  AVERROR_HTTP_SERVER_ERROR,
  AVERROR_HTTP_UNAUTHORIZED,
  AVERROR_INVALIDDATA,
  AVERROR_PROTOCOL_NOT_FOUND,
  AVERROR_STREAM_NOT_FOUND,
} from 'node-av/constants';
import { FFmpegError } from 'node-av/lib';
import type { Failure, FailureKind } from '../failure.js';

const { errno } = constants;

const kinds = new Map<number, FailureKind>([
  [AVERROR_HTTP_UNAUTHORIZED, 'auth'],
  [AVERROR_HTTP_FORBIDDEN, 'auth'],
  [-errno.EACCES, 'auth'],
  [AVERROR_HTTP_NOT_FOUND, 'not-found'],
  [-errno.ENOENT, 'not-found'],
  [-errno.ENODEV, 'not-found'],
  [-errno.ENXIO, 'not-found'],
  [-errno.ETIMEDOUT, 'timeout'],
  [AVERROR_INVALIDDATA, 'corrupt'],
  // Demuxers' word for anything that does not fit, from before there was a better one; a device's is told apart in open-failure.ts.
  [-errno.EPERM, 'corrupt'],
  // A damaged length asks for more memory than FFmpeg grants.
  [-errno.ENOMEM, 'corrupt'],
  [AVERROR_DECODER_NOT_FOUND, 'codec'],
  [-errno.EISDIR, 'unsupported'],
  [-errno.EINVAL, 'unsupported'],
  [AVERROR_DEMUXER_NOT_FOUND, 'unsupported'],
  [AVERROR_PROTOCOL_NOT_FOUND, 'unsupported'],
  [AVERROR_STREAM_NOT_FOUND, 'unsupported'],
  [AVERROR_EOF, 'ended'],
]);

const sentences: Readonly<Record<FailureKind, string>> = {
  auth: 'Access was refused',
  'not-found': 'There is nothing at that address or path',
  unreachable: 'The source cannot be reached',
  timeout: 'The source did not answer in time',
  stalled: 'The source sends no pictures',
  codec: 'The video format cannot be decoded',
  corrupt: 'The data is damaged, cut off or empty',
  ended: 'The source closed the stream',
  crashed: 'The decoder failed',
  unsupported: 'This is not a video of an accepted kind',
  untrusted: 'The certificate of the source is not trusted',
  hwaccel: 'The hardware decoder does not work',
  forbidden: 'The source leads to a host that is not allowed',
  memory: 'The decoder used more memory than allowed',
};

/** Answers of a server that was reached, but does not serve at the moment. */
const refusals: readonly number[] = [AVERROR_HTTP_BAD_REQUEST, AVERROR_HTTP_OTHER_4XX, AVERROR_HTTP_SERVER_ERROR];

/** A failure that carries its public kind; thrown inside the decoder process only. */
export class SourceFailure extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** Everything unknown is most likely the network: that is also the failure with the friendliest consequence. */
export function failureOf(code: number): Failure {
  const kind = kinds.get(code) ?? 'unreachable';
  const sentence = refusals.includes(code) ? 'The server refused to show the stream' : sentences[kind];
  return { kind, message: code === -errno.EPERM ? `${sentence}.` : `${sentence} (${FFmpegError.strerror(code)}).` };
}

export function throwIfFailed(code: number): void {
  if (code < 0) throw new SourceFailure(failureOf(code));
}
