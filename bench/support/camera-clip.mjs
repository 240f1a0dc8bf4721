/** Makes of a clip what a camera would send: 1280x720, 15 pictures a second, sensor noise, H.264 without B-frames. */
import {
  AVERROR_EOF,
  AVFMT_GLOBALHEADER,
  AVMEDIA_TYPE_VIDEO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_QUIET,
  AV_PICTURE_TYPE_NONE,
  FF_ENCODER_LIBX264,
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

const FPS = 15;
const encoding = { preset: 'veryfast', b: '2M', maxrate: '2M', bufsize: '4M', bf: '0', g: String(2 * FPS) };

/**
 * @param {string} source @param {string} target an .mp4 @param {number} seconds of the source, from its beginning
 * @returns {Promise<number>} pictures written
 */
export async function makeCameraClip(source, target, seconds) {
  Log.setLevel(AV_LOG_QUIET);
  const quoted = source.replaceAll('\\', '/').replaceAll(/[:']/g, String.raw`\$&`);
  const picture = `scale=1280:720:flags=bicubic,fps=${FPS},trim=end=${seconds},noise=alls=4:allf=t,format=yuv420p`;
  const { demuxer, decoder, index } = await openGraph(`movie='${quoted}',${picture}`);
  const writer = await openWriter(target, decoder);
  const [packet, frame] = [new Packet(), new Frame()];
  packet.alloc();
  frame.alloc();
  let pictures = 0;
  while ((await demuxer.readFrame(packet)) >= 0) {
    if (packet.streamIndex === index) check(decoder.sendPacketSync(packet));
    packet.unref();
    while (decoder.receiveFrameSync(frame) >= 0) {
      frame.pts = BigInt(pictures++);
      frame.pictType = AV_PICTURE_TYPE_NONE;
      await writer.write(frame);
      frame.unref();
    }
  }
  await writer.finish();
  packet.free();
  frame.free();
  decoder.freeContext();
  await demuxer.closeInput();
  return pictures;
}

async function openGraph(graph) {
  const demuxer = new FormatContext();
  demuxer.allocContext();
  check(await demuxer.openInput(graph, InputFormat.findInputFormat('lavfi'), null));
  check(await demuxer.findStreamInfo(null));
  const index = demuxer.findBestStream(AVMEDIA_TYPE_VIDEO);
  const { codecpar } = demuxer.streams[index];
  const codec = Codec.findDecoder(codecpar.codecId);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  check(decoder.parametersToContext(codecpar));
  check(await decoder.open2(codec, null));
  return { demuxer, decoder, index };
}

async function openWriter(target, { width, height, pixelFormat }) {
  const muxer = new FormatContext();
  check(muxer.allocOutputContext2(null, null, target));
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  const timeBase = new Rational(1, FPS);
  Object.assign(encoder, { width, height, pixelFormat, timeBase, framerate: new Rational(FPS, 1) });
  if (muxer.oformat.hasFlags(AVFMT_GLOBALHEADER)) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const options = Dictionary.fromObject(encoding);
  check(await encoder.open2(codec, options));
  options.free();
  const stream = muxer.newStream(null);
  check(stream.codecpar.fromContext(encoder));
  stream.timeBase = timeBase;
  check(await muxer.openOutput());
  check(await muxer.writeHeader());
  const packet = new Packet();
  packet.alloc();
  const drain = async () => {
    while (encoder.receivePacketSync(packet) >= 0) {
      packet.streamIndex = 0;
      packet.duration = 1n;
      packet.rescaleTs(timeBase, stream.timeBase);
      check(await muxer.interleavedWriteFrame(packet));
    }
  };
  return {
    write: async (frame) => {
      check(encoder.sendFrameSync(frame));
      await drain();
    },
    finish: async () => {
      const code = encoder.sendFrameSync(null);
      if (code !== AVERROR_EOF) check(code);
      await drain();
      check(await muxer.writeTrailer());
      await muxer.closeOutput();
      encoder.freeContext();
      muxer.freeContext();
      packet.free();
    },
  };
}

function check(code) {
  FFmpegError.throwIfError(code);
}
