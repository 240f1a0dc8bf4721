/** What the configuration says about a stream's source, and whether it can be true of the sources there are. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from './config.js';
import { ActionwireError } from './core/errors.js';
import { redactText } from './core/redact.js';
import type { StreamOptions } from './stream/index.js';

/** `--video-track`: from 0; without `stream` for every stream that has none of its own. */
export interface VideoTrack {
  readonly stream?: string | undefined;
  readonly track: number;
}

/**
 * The options of one stream that concern its source; of two tracks for the same stream the later counts.
 * Everything is left out that the configuration says nothing about.
 */
export function sourceOptions(config: Config, streamId: string): Partial<StreamOptions> {
  const { loop, rtspTransport, openTimeoutMs, stallTimeoutMs, reconnectInitialMs, reconnectMaxMs } = config;
  const { hwaccel, squarePixels, deinterlace, colorMatrix, tlsCa, videoTracks, maxDecoderMemoryMb } = config;
  const own = videoTracks.findLast(({ stream }) => stream === streamId);
  const track = (own ?? videoTracks.findLast(({ stream }) => stream === undefined))?.track;
  return {
    ...{ loop, rtspTransport, openTimeoutMs, stallTimeoutMs, hwaccel, squarePixels, deinterlace },
    maxMemoryMb: maxDecoderMemoryMb,
    reconnect: { initialMs: reconnectInitialMs, maxMs: reconnectMaxMs },
    ...(track === undefined ? {} : { videoTrack: track }),
    ...(colorMatrix === undefined ? {} : { colorMatrix }),
    ...(tlsCa === undefined ? {} : { tlsCa }),
  };
}

/**
 * @param streamIds names of all streams
 * @throws ActionwireError OPTION_INVALID for a track of a stream that is not there, or a file without certificates
 */
export function mustFitSources({ videoTracks, tlsCa }: Config, streamIds: readonly string[]): void {
  for (const { stream } of videoTracks) {
    if (stream === undefined || streamIds.includes(stream)) continue;
    const message = `--video-track: no stream is named "${redactText(stream)}"; there are ${streamIds.join(', ')}`;
    throw new ActionwireError('OPTION_INVALID', message, { hint: 'Name the stream as in `front=rtsp://...`.' });
  }
  if (tlsCa !== undefined) mustHoldCertificate(tlsCa);
}

function mustHoldCertificate(file: string): void {
  try {
    new X509Certificate(readFileSync(file));
  } catch (cause) {
    const message = `--tls-ca: "${redactText(file)}" cannot be read as certificates`;
    throw new ActionwireError('OPTION_INVALID', message, { cause, hint: 'Give a PEM file (BEGIN CERTIFICATE).' });
  }
}
