/** Reads the coded pictures of a clip, as an encoder would hand them to a WebRTC sender. */
import { AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { FFmpegError, FormatContext, Packet } from 'node-av/lib';

export interface ClipPicture {
  /** H.264 as Annex B, when the clip is an MPEG transport stream; VP8 and VP9 as they are. */
  readonly data: Buffer;
  readonly isKey: boolean;
}

/** @param path MPEG-TS (H.264), Matroska or WebM (VP8, VP9) */
export async function readCodedPictures(path: string): Promise<ClipPicture[]> {
  const demuxer = new FormatContext();
  demuxer.allocContext();
  FFmpegError.throwIfError(await demuxer.openInput(path, null, null));
  FFmpegError.throwIfError(await demuxer.findStreamInfo(null));
  const index = demuxer.findBestStream(AVMEDIA_TYPE_VIDEO);
  const packet = new Packet();
  packet.alloc();
  const pictures: ClipPicture[] = [];
  while ((await demuxer.readFrame(packet)) >= 0) {
    if (packet.streamIndex === index) pictures.push({ data: Buffer.from(packet.data!), isKey: packet.isKeyframe });
    packet.unref();
  }
  packet.free();
  await demuxer.closeInput();
  return pictures;
}
