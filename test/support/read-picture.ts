/** Reads the pixels of an RGB PNG. */
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet } from 'node-av/lib';

/** @returns `height x width x 3` bytes, RGB */
export async function readPng(path: string): Promise<Uint8Array> {
  const demuxer = new FormatContext();
  demuxer.allocContext();
  FFmpegError.throwIfError(await demuxer.openInput(path, null, null));
  FFmpegError.throwIfError(await demuxer.findStreamInfo(null));
  const { codecpar } = demuxer.streams[0]!;
  const codec = Codec.findDecoder(codecpar.codecId);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.parametersToContext(codecpar);
  FFmpegError.throwIfError(await decoder.open2(codec, null));
  const packet = new Packet();
  const frame = new Frame();
  packet.alloc();
  frame.alloc();
  FFmpegError.throwIfError(await demuxer.readFrame(packet));
  FFmpegError.throwIfError(decoder.sendPacketSync(packet));
  decoder.sendPacketSync(null);
  FFmpegError.throwIfError(decoder.receiveFrameSync(frame));
  const pixels = frame.toBuffer();
  frame.free();
  packet.free();
  decoder.freeContext();
  await demuxer.closeInput();
  return pixels;
}
