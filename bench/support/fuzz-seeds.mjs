/** Makes the small whole recordings that the fuzzer damages: one for each pair of container and codec, with node-av's own encoders. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AVERROR_EOF, AVFMT_GLOBALHEADER, AV_CODEC_FLAG_GLOBAL_HEADER, AV_LOG_QUIET } from 'node-av/constants';
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

const FPS = 10;
const SECONDS = 1.2;

const x264 = { encoder: 'libx264', options: { preset: 'veryfast', g: '6', threads: '1' } };
const x265 = { encoder: 'libx265', options: { preset: 'ultrafast', 'x265-params': 'log-level=none:pools=1:keyint=6' } };
const vp8 = { encoder: 'libvpx', options: { deadline: 'realtime', 'cpu-used': '8', threads: '1' } };
const av1 = { encoder: 'libsvtav1', options: { preset: '12', 'svtav1-params': 'lp=1' } };

/** `muxer` where the name of the file does not tell it; the index of an MP4 goes to its front, where headers are damaged most. */
const recipes = [
  { name: 'h264.mp4', ...x264, muxerOptions: { movflags: 'faststart' } },
  { name: 'fragmented.mp4', ...x264, muxerOptions: { movflags: 'frag_keyframe+empty_moov' } },
  { name: 'hevc.mp4', ...x265, muxerOptions: { movflags: 'faststart' } },
  { name: 'av1.mp4', ...av1, muxerOptions: { movflags: 'faststart' } },
  { name: 'h264.mkv', ...x264 },
  { name: 'vp8.webm', ...vp8 },
  { name: 'vp9.webm', encoder: 'libvpx-vp9', options: { deadline: 'realtime', 'cpu-used': '8', threads: '1' } },
  { name: 'h264.ts', ...x264 },
  { name: 'mpeg2.mpg', encoder: 'mpeg2video', options: { threads: '1' }, fps: 25 },
  { name: 'h264.flv', ...x264 },
  { name: 'mpeg4.avi', encoder: 'mpeg4', options: { threads: '1' } },
  { name: 'mjpeg.avi', encoder: 'mjpeg', options: { threads: '1' }, pixels: 'yuvj420p' },
  { name: 'theora.ogv', encoder: 'libtheora', options: {}, muxer: 'ogg' },
  { name: 'raw.h264', ...x264, muxer: 'h264' },
  { name: 'raw.hevc', ...x265, muxer: 'hevc' },
  { name: 'vp8.ivf', ...vp8 },
  { name: 'picture.gif', encoder: 'gif', options: {}, pixels: 'rgb8' },
];

/** @param {string} folder where they are written @returns {Promise<{name: string, bytes: Buffer}[]>} the same bytes every time */
export async function makeSeeds(folder) {
  // The AV1 encoder has a log of its own, on the error output.
  process.env.SVT_LOG ??= '-1';
  Log.setLevel(AV_LOG_QUIET);
  const seeds = [];
  for (const recipe of recipes) {
    const path = join(folder, recipe.name);
    await encode(path, recipe);
    seeds.push({ name: recipe.name, bytes: readFileSync(path) });
  }
  return seeds;
}

async function encode(path, { encoder: name, options, muxer: format = null, muxerOptions = {}, pixels, fps = FPS }) {
  const source = await openPattern(pixels ?? 'yuv420p', fps);
  const muxer = new FormatContext();
  check(muxer.allocOutputContext2(null, format, path));
  const encoder = await openEncoder(name, options, source.decoder, fps, muxer.oformat.hasFlags(AVFMT_GLOBALHEADER));
  const stream = muxer.newStream(null);
  check(stream.codecpar.fromContext(encoder));
  stream.timeBase = encoder.timeBase;
  check(await muxer.openOutput());
  // Without it Matroska and Ogg write a random number into every file.
  const header = Dictionary.fromObject({ fflags: '+bitexact', ...muxerOptions });
  check(await muxer.writeHeader(header));
  header.free();
  const packet = new Packet();
  packet.alloc();
  const drain = async () => {
    while (encoder.receivePacketSync(packet) >= 0) {
      packet.streamIndex = 0;
      packet.duration = 1n;
      packet.rescaleTs(encoder.timeBase, stream.timeBase);
      check(await muxer.interleavedWriteFrame(packet));
    }
  };
  await eachPicture(source, async (frame) => {
    check(encoder.sendFrameSync(frame));
    await drain();
  });
  const code = encoder.sendFrameSync(null);
  if (code !== AVERROR_EOF) check(code);
  await drain();
  check(await muxer.writeTrailer());
  await muxer.closeOutput();
  encoder.freeContext();
  muxer.freeContext();
  packet.free();
}

async function openPattern(pixels, fps) {
  const graph = `testsrc2=size=160x120:rate=${fps}:duration=${SECONDS},format=${pixels}`;
  const demuxer = new FormatContext();
  demuxer.allocContext();
  check(await demuxer.openInput(graph, InputFormat.findInputFormat('lavfi'), null));
  check(await demuxer.findStreamInfo(null));
  const { codecpar } = demuxer.streams[0];
  const codec = Codec.findDecoder(codecpar.codecId);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  check(decoder.parametersToContext(codecpar));
  check(await decoder.open2(codec, null));
  return { demuxer, decoder };
}

async function eachPicture({ demuxer, decoder }, use) {
  const [packet, frame] = [new Packet(), new Frame()];
  packet.alloc();
  frame.alloc();
  let count = 0n;
  while ((await demuxer.readFrame(packet)) >= 0) {
    check(decoder.sendPacketSync(packet));
    packet.unref();
    while (decoder.receiveFrameSync(frame) >= 0) {
      frame.pts = count++;
      await use(frame);
      frame.unref();
    }
  }
  packet.free();
  frame.free();
  decoder.freeContext();
  await demuxer.closeInput();
}

async function openEncoder(name, options, { width, height, pixelFormat }, fps, globalHeader) {
  const codec = Codec.findEncoderByName(name);
  if (codec === null) throw new Error(`this FFmpeg build has no encoder '${name}'`);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  const timeBase = new Rational(1, fps);
  Object.assign(encoder, { width, height, pixelFormat, timeBase, framerate: new Rational(fps, 1) });
  if (globalHeader) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const dictionary = Dictionary.fromObject(options);
  check(await encoder.open2(codec, dictionary));
  dictionary.free();
  return encoder;
}

function check(code) {
  FFmpegError.throwIfError(code);
}
