/** Cuts the beginning of a clip by copying its packets, so that tests of whole replays stay short. */
import { AVMEDIA_TYPE_VIDEO, AV_LOG_ERROR } from 'node-av/constants';
import { FFmpegError, FormatContext, Log, Packet } from 'node-av/lib';

/** Writes the first `seconds` of the video of `source` to `path`; no picture is encoded again. */
export async function cutClip(source: string, path: string, seconds: number): Promise<string> {
  Log.setLevel(AV_LOG_ERROR);
  const check = (code: number): number => {
    FFmpegError.throwIfError(code);
    return code;
  };
  const demuxer = new FormatContext();
  demuxer.allocContext();
  check(await demuxer.openInput(source, null, null));
  check(await demuxer.findStreamInfo(null));
  const from = demuxer.streams[demuxer.findBestStream(AVMEDIA_TYPE_VIDEO)]!;
  const muxer = new FormatContext();
  check(muxer.allocOutputContext2(null, null, path));
  const to = muxer.newStream(null);
  check(from.codecpar.copy(to.codecpar));
  to.timeBase = from.timeBase;
  check(await muxer.openOutput());
  check(await muxer.writeHeader());
  const packet = new Packet();
  packet.alloc();
  const limit = (seconds * from.timeBase.den) / from.timeBase.num;
  while ((await demuxer.readFrame(packet)) >= 0) {
    if (packet.streamIndex === from.index && Number(packet.dts) < limit) {
      packet.rescaleTs(from.timeBase, to.timeBase);
      packet.streamIndex = 0;
      check(await muxer.interleavedWriteFrame(packet));
    } else packet.unref();
  }
  check(await muxer.writeTrailer());
  await muxer.closeOutput();
  muxer.freeContext();
  packet.free();
  await demuxer.closeInput();
  return path;
}
