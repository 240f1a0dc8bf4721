/** Opens a source: container, video stream and decoder; frees everything again when one of them fails. */
import { AVDISCARD_ALL, AVMEDIA_TYPE_VIDEO, AV_NOPTS_VALUE, AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants';
import { Dictionary, FormatContext, InputFormat, type Stream } from 'node-av/lib';
import type { DecoderSettings, InputInfo } from '../protocol.js';
import type { InputPlan, SourceNature } from '../source-type.js';
import { SourceFailure, throwIfFailed } from './averror.js';
import { explainUntrusted } from './certificate.js';
import { throwIfNotOpened } from './open-failure.js';
import { maxPixels, VideoDecoder, type VideoOptions } from './video-decoder.js';

/** Where a picture's arrival sets the pace: these demuxers deliver in real time even over plain HTTP. */
const realTimeFormats = new Set(['mpjpeg', 'mjpeg']);

export type InputSettings = Pick<DecoderSettings, 'plan' | 'videoTrack' | 'hwaccel' | 'crashedHardware'>;

export class OpenInput {
  private constructor(
    readonly demuxer: FormatContext,
    readonly decoder: VideoDecoder,
    readonly stream: Stream,
    readonly info: InputInfo,
    /** Whether the source is read as fast as we like, so that a live view of it needs pacing. */
    readonly canOutrun: boolean,
  ) {}

  /**
   * @param demuxer an allocated context, so that the caller can interrupt the opening
   * @throws SourceFailure
   */
  static async open(
    demuxer: FormatContext,
    { plan, videoTrack, hwaccel, crashedHardware = [] }: InputSettings,
    told: Pick<VideoOptions, 'onHardware' | 'onChosen'>,
  ): Promise<OpenInput> {
    await openContainer(demuxer, plan);
    const stream = selectVideo(demuxer, videoTrack);
    refuseTooLarge(stream);
    const nature = plan.nature === 'detect' ? detectNature(demuxer) : plan.nature;
    const options = { live: nature === 'live', hwaccel, crashedHardware, ...told };
    const decoder = await VideoDecoder.open(stream, options);
    const { width, height } = stream.codecpar;
    const info = { codec: decoder.name, width, height, endless: nature !== 'recording' };
    return new OpenInput(demuxer, decoder, stream, info, nature !== 'live');
  }

  get displayMatrix(): Uint8Array | null {
    return this.stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
  }

  /** What to subtract from timestamps so that a recording starts at its own beginning, milliseconds. */
  get startMs(): number {
    return this.demuxer.startTime === AV_NOPTS_VALUE ? 0 : Number(this.demuxer.startTime) / 1000;
  }

  /** What the container says about its own length, milliseconds; 0 when it says nothing. */
  get durationMs(): number {
    return this.demuxer.duration === AV_NOPTS_VALUE ? 0 : Math.max(0, Number(this.demuxer.duration) / 1000);
  }

  async close(): Promise<void> {
    this.decoder.close();
    await this.demuxer.closeInput();
  }
}

async function openContainer(demuxer: FormatContext, plan: InputPlan): Promise<void> {
  const format = plan.format === null ? null : InputFormat.findInputFormat(plan.format);
  if (plan.format !== null && format === null) {
    throw new SourceFailure({ kind: 'unsupported', message: `This FFmpeg build has no '${plan.format}' input.` });
  }
  const options = Dictionary.fromObject({ ...plan.options });
  try {
    const code = await demuxer.openInput(plan.url, format, options);
    if (code < 0 && plan.guarded !== true) await explainUntrusted(plan);
    await throwIfNotOpened(code, plan);
  } finally {
    options.free();
  }
  // An MJPEG camera sends no timestamps; FFmpeg would invent 25 per second whatever the camera does.
  if (plan.nature === 'detect' && isRealTime(demuxer))
    throwIfFailed(demuxer.setOption('use_wallclock_as_timestamps', true));
  throwIfFailed(await demuxer.findStreamInfo(null));
}

/** @param track which of the video streams, from 0; undefined: the one that FFmpeg finds best */
function selectVideo(demuxer: FormatContext, track: number | undefined): Stream {
  const videos = demuxer.streams.filter((stream) => stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO);
  const best = demuxer.findBestStream(AVMEDIA_TYPE_VIDEO);
  const stream = track === undefined ? videos.find(({ index }) => index === best) : videos[track];
  if (stream === undefined)
    throw new SourceFailure({ kind: 'unsupported', message: noSuchVideo(videos.length, track) });
  for (const other of demuxer.streams) if (other.index !== stream.index) other.discard = AVDISCARD_ALL;
  return stream;
}

function noSuchVideo(count: number, track: number | undefined): string {
  if (count === 0 || track === undefined) return 'The source has no video stream.';
  return `There is no video track ${track}: the source has ${count === 1 ? 'only track 0' : `tracks 0 to ${count - 1}`}.`;
}

/** What the container says; should the pictures turn out larger than that, the decoder refuses each. */
function refuseTooLarge({ codecpar: { width, height } }: Stream): void {
  if (width * height <= maxPixels) return;
  const message = `The pictures of ${width} x ${height} are larger than ${maxPixels / 1e6} million pixels.`;
  throw new SourceFailure({ kind: 'unsupported', message });
}

function isRealTime(demuxer: FormatContext): boolean {
  return (demuxer.iformat?.name ?? '').split(',').some((name) => realTimeFormats.has(name));
}

/** A container that knows its duration ends; HLS without one delivers segments in bursts; the rest comes in real time. */
function detectNature(demuxer: FormatContext): SourceNature {
  if (isRealTime(demuxer)) return 'live';
  if (demuxer.duration !== AV_NOPTS_VALUE && demuxer.duration > 0n) return 'recording';
  return demuxer.iformat?.name === 'hls' ? 'endless' : 'live';
}
