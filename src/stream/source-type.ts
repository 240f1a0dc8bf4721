/** What every kind of source provides: how its text is read, and how FFmpeg is told to open it. */

export const sourceKinds = ['rtsp', 'file', 'webcam', 'http', 'test', 'whip'] as const;

export type SourceKind = (typeof sourceKinds)[number];

/** A parsed source. `url` may hold credentials and must never be shown; `displayUrl` may. */
export interface SourceSpec {
  readonly id: string;
  readonly kind: SourceKind;
  readonly url: string;
  readonly displayUrl: string;
  /** Settings given in the source text, for example `size` and `fps` of a webcam. */
  readonly parameters: Readonly<Record<string, string>>;
}

export type ParsedSource = Omit<SourceSpec, 'id' | 'kind'>;

export interface PlanSettings {
  readonly mode: 'live' | 'replay';
  readonly rtspTransport: 'tcp' | 'udp';
  readonly openTimeoutMs: number;
  readonly stallTimeoutMs: number;
  /** PEM file that the certificate of a TLS source is checked against. */
  readonly tlsCa?: string;
  readonly platform: NodeJS.Platform;
}

/**
 * How time passes in a source: `live` is real time and endless (a camera); `recording` is finite and as fast as it is
 * read; `endless` goes on for ever but as fast as it is read; `detect` is decided once the container is known.
 */
export type SourceNature = 'live' | 'recording' | 'endless' | 'detect';

/** Everything the child process needs to open the input; plain data, travels by IPC. */
export interface InputPlan {
  /** Every connection is made by the guard in the decoder process, after a check. */
  readonly guarded?: boolean;
  readonly url: string;
  /** Name of FFmpeg's demuxer, or null to probe among the allowed ones. */
  readonly format: string | null;
  /** Options of the demuxer and protocol, allow-lists included. */
  readonly options: Readonly<Record<string, string>>;
  readonly nature: SourceNature;
}

/** One kind of source. */
export interface SourceType {
  readonly kind: SourceKind;
  /** The accepted forms, for help and error messages. */
  readonly forms: readonly string[];
  /** Reads the text if it has this kind's form, else undefined. Throws `ActionwireError` SOURCE_INVALID when it is that form but wrong. */
  parse(text: string): ParsedSource | undefined;
  plan(spec: SourceSpec, settings: PlanSettings): InputPlan;
}

/** Containers a recording may be in. No playlist formats: a playlist opens other things. */
export const recordingFormats =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,mpegts,mpeg,ogg,asf,h264,hevc,av1,obu,ivf,mpegvideo,m4v,yuv4mpegpipe,nut,mxf,gif';

/** An MPEG-TS may go on under other stream ids; FFmpeg then takes them for the streams they replace. Demuxers of other formats leave this alone. */
export const recordingOptions: Readonly<Record<string, string>> = { merge_pmt_versions: '1' };

/** FFmpeg's options to check a certificate; without a file to check against, none is. */
export function trustOptions({ tlsCa }: PlanSettings): Record<string, string> {
  return tlsCa === undefined ? {} : { tls_verify: '1', ca_file: tlsCa };
}

/** Our own watchdogs act first; FFmpeg's network timeout is the net below them. Microseconds, as FFmpeg counts. */
export function networkTimeoutUs({ openTimeoutMs, stallTimeoutMs }: PlanSettings): string {
  return String(Math.max(openTimeoutMs, 3 * stallTimeoutMs) * 1000);
}
