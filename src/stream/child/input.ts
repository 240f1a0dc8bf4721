/** Opens a source: container, best video stream and decoder; frees everything again when one of them fails. */
import { AVDISCARD_ALL, AVMEDIA_TYPE_VIDEO, AV_NOPTS_VALUE, AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FormatContext, InputFormat, type Stream } from 'node-av/lib';
import type { InputInfo } from '../protocol.js';
import type { InputPlan, SourceNature } from '../source-type.js';
import { SourceFailure, throwIfFailed } from './averror.js';

/** Larger pictures are refused before memory is set aside for them (8K is 33 million). Pixels. */
const maxPixels = 40_000_000;

/** Where a picture's arrival sets the pace: these demuxers deliver in real time even over plain HTTP. */
const realTimeFormats = new Set(['mpjpeg', 'mjpeg']);

export class OpenInput {
  private constructor(
    readonly demuxer: FormatContext,
    readonly decoder: CodecContext,
    readonly stream: Stream,
    readonly info: InputInfo,
    /** Whether the source is read as fast as we like, so that a live view of it needs pacing. */
    readonly canOutrun: boolean,
  ) {}

  /**
   * @param demuxer an allocated context, so that the caller can interrupt the opening
   * @throws SourceFailure
   */
  static async open(demuxer: FormatContext, plan: InputPlan): Promise<OpenInput> {
    await openContainer(demuxer, plan);
    const stream = selectVideo(demuxer);
    refuseTooLarge(stream);
    const nature = plan.nature === 'detect' ? detectNature(demuxer) : plan.nature;
    const decoder = await openDecoder(stream, nature === 'live');
    const { width, height } = stream.codecpar;
    const codec = Codec.findDecoder(stream.codecpar.codecId)?.name ?? 'unknown';
    const info = { codec, width, height, endless: nature !== 'recording' };
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
    this.decoder.freeContext();
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
    throwIfFailed(await demuxer.openInput(plan.url, format, options));
  } finally {
    options.free();
  }
  // An MJPEG camera sends no timestamps; FFmpeg would invent 25 per second whatever the camera does.
  if (plan.nature === 'detect' && isRealTime(demuxer))
    throwIfFailed(demuxer.setOption('use_wallclock_as_timestamps', true));
  throwIfFailed(await demuxer.findStreamInfo(null));
}

function selectVideo(demuxer: FormatContext): Stream {
  const index = demuxer.findBestStream(AVMEDIA_TYPE_VIDEO);
  const stream = index < 0 ? undefined : demuxer.streams[index];
  if (stream === undefined)
    throw new SourceFailure({ kind: 'unsupported', message: 'The source has no video stream.' });
  for (const other of demuxer.streams) if (other.index !== index) other.discard = AVDISCARD_ALL;
  return stream;
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

/** One thread and no reordering delay for live pictures: frame threads would add one frame of latency each. */
async function openDecoder(stream: Stream, live: boolean): Promise<CodecContext> {
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  if (codec === null) throw new SourceFailure({ kind: 'codec', message: 'There is no decoder for this video.' });
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  const options = Dictionary.fromObject({ max_pixels: maxPixels, ...(live ? { flags: '+low_delay' } : {}) });
  try {
    throwIfFailed(decoder.parametersToContext(stream.codecpar));
    decoder.pktTimebase = stream.timeBase;
    decoder.threadCount = live ? 1 : 2;
    throwIfFailed(await decoder.open2(codec, options));
    return decoder;
  } catch (error) {
    decoder.freeContext();
    throw error;
  } finally {
    options.free();
  }
}
