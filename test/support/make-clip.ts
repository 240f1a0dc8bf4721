/** Makes small test clips with the encoders inside node-av, so that no test needs an `ffmpeg` tool. */
import {
  AVERROR_EOF,
  AVFMT_GLOBALHEADER,
  AVMEDIA_TYPE_VIDEO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_ERROR,
  AV_PICTURE_TYPE_NONE,
  FF_ENCODER_LIBSVTAV1,
  FF_ENCODER_LIBVPX_VP8,
  FF_ENCODER_LIBVPX_VP9,
  FF_ENCODER_LIBX264,
  FF_ENCODER_LIBX265,
  FF_ENCODER_MJPEG,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  InputFormat,
  Log,
  Packet,
  Rational,
} from 'node-av/lib';

/** The encoders, each with options that make it fast and, where it would chatter, quiet. */
const encoders = {
  libx264: { name: FF_ENCODER_LIBX264, options: { preset: 'veryfast', threads: '1' } },
  libx265: { name: FF_ENCODER_LIBX265, options: { preset: 'ultrafast', 'x265-params': 'log-level=none:pools=1' } },
  libvpx: { name: FF_ENCODER_LIBVPX_VP8, options: { deadline: 'realtime' } },
  'libvpx-vp9': { name: FF_ENCODER_LIBVPX_VP9, options: { deadline: 'realtime', 'cpu-used': '8' } },
  libsvtav1: { name: FF_ENCODER_LIBSVTAV1, options: { preset: '12' } },
  // The one kind of Huffman table that RTP can carry.
  mjpeg: { name: FF_ENCODER_MJPEG, options: { huffman: 'default' } },
} as const;

type ClipCodec = keyof typeof encoders;

export interface ClipOptions {
  /** An FFmpeg source filter graph; the moving test pattern by default. */
  readonly graph?: string;
  readonly seconds?: number;
  readonly fps?: number;
  /** `WIDTHxHEIGHT` */
  readonly size?: string;
  readonly codec?: ClipCodec;
  /** Muxer when the file name does not tell. */
  readonly format?: string;
  readonly muxerOptions?: Record<string, string>;
  readonly encoderOptions?: Record<string, string>;
}

/** Writes a clip; the container follows from the file name (`.mp4`, `.ts`, `.m3u8`, `.mjpeg`). */
export async function makeClip(path: string, options: ClipOptions = {}): Promise<string> {
  Log.setLevel(AV_LOG_ERROR);
  const { fps = 25, seconds = 4, size = '320x240', codec = 'libx264' } = options;
  const graph = options.graph ?? `testsrc2=size=${size}:rate=${fps}:duration=${seconds}`;
  const pixelFormat = codec === 'mjpeg' ? 'yuvj420p' : 'yuv420p';
  const source = await openGraph(`${graph},format=${pixelFormat}`);
  const target = await openTarget(path, source.decoder, fps, codec, options);
  const packet = new Packet();
  const frame = new Frame();
  packet.alloc();
  frame.alloc();
  let index = 0n;
  while ((await source.demuxer.readFrame(packet)) >= 0) {
    check(source.decoder.sendPacketSync(packet));
    packet.unref();
    while (source.decoder.receiveFrameSync(frame) >= 0) {
      frame.pts = index++;
      frame.pictType = AV_PICTURE_TYPE_NONE;
      await target.write(frame);
      frame.unref();
    }
  }
  await target.finish();
  packet.free();
  frame.free();
  source.decoder.freeContext();
  await source.demuxer.closeInput();
  return path;
}

function check(code: number): number {
  FFmpegError.throwIfError(code);
  return code;
}

async function openGraph(graph: string): Promise<{ demuxer: FormatContext; decoder: CodecContext }> {
  const demuxer = new FormatContext();
  demuxer.allocContext();
  check(await demuxer.openInput(graph, InputFormat.findInputFormat('lavfi'), null));
  check(await demuxer.findStreamInfo(null));
  const stream = demuxer.streams[demuxer.findBestStream(AVMEDIA_TYPE_VIDEO)]!;
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  check(decoder.parametersToContext(stream.codecpar));
  check(await decoder.open2(codec, null));
  return { demuxer, decoder };
}

async function openTarget(path: string, source: CodecContext, fps: number, codecName: ClipCodec, options: ClipOptions) {
  const muxer = new FormatContext();
  check(muxer.allocOutputContext2(null, options.format ?? null, path));
  const encoder = await openEncoder(source, fps, codecName, options, muxer.oformat!.hasFlags(AVFMT_GLOBALHEADER));
  const stream = muxer.newStream(null);
  check(stream.codecpar.fromContext(encoder));
  stream.timeBase = encoder.timeBase;
  if (!path.endsWith('.m3u8')) check(await muxer.openOutput());
  for (const [name, value] of Object.entries(options.muxerOptions ?? {})) muxer.setOption(name, value);
  check(await muxer.writeHeader());
  const packet = new Packet();
  packet.alloc();
  const drain = async (): Promise<void> => {
    while (encoder.receivePacketSync(packet) >= 0) {
      packet.streamIndex = 0;
      packet.duration = 1n;
      packet.rescaleTs(encoder.timeBase, stream.timeBase);
      check(await muxer.interleavedWriteFrame(packet));
    }
  };
  return {
    write: async (frame: Frame): Promise<void> => {
      check(encoder.sendFrameSync(frame));
      await drain();
    },
    finish: async (): Promise<void> => {
      const code = encoder.sendFrameSync(null);
      if (code !== AVERROR_EOF) check(code);
      await drain();
      check(await muxer.writeTrailer());
      if (!path.endsWith('.m3u8')) await muxer.closeOutput();
      encoder.freeContext();
      muxer.freeContext();
      packet.free();
    },
  };
}

async function openEncoder(
  source: CodecContext,
  fps: number,
  codecName: ClipCodec,
  options: ClipOptions,
  globalHeader: boolean,
): Promise<CodecContext> {
  const codec = Codec.findEncoderByName(encoders[codecName].name)!;
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = source.width;
  encoder.height = source.height;
  encoder.pixelFormat = source.pixelFormat;
  encoder.timeBase = new Rational(1, fps);
  encoder.framerate = new Rational(fps, 1);
  encoder.gopSize = fps;
  if (globalHeader) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const dictionary = Dictionary.fromObject({ ...encoders[codecName].options, ...options.encoderOptions });
  check(await encoder.open2(codec, dictionary));
  dictionary.free();
  return encoder;
}
