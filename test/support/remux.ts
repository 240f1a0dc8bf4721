/** Puts the streams of several recordings into one container, with times as a test wants them; nothing is encoded anew. */
import { writeFileSync } from 'node:fs';
import { AV_NOPTS_VALUE } from 'node-av/constants';
import { FFmpegError, FormatContext, Packet } from 'node-av/lib';

export interface Track {
  readonly file: string;
  /** Where in time each packet lies instead, milliseconds; undefined leaves it out. Its decoding time is shifted by as much. */
  readonly retime?: (ms: number) => number | undefined;
}

interface Parcel {
  readonly packet: Packet;
  readonly stream: number;
  readonly dtsMs: number;
}

/** Every stream of every track, in that order. The container follows from the name of `path`. */
export async function remux(
  path: string,
  tracks: readonly Track[],
  muxerOptions: Readonly<Record<string, string>> = {},
): Promise<string> {
  const muxer = new FormatContext();
  check(muxer.allocOutputContext2(null, null, path));
  for (const [name, value] of Object.entries(muxerOptions)) muxer.setOption(name, value);
  const parcels: Parcel[] = [];
  for (const track of tracks) parcels.push(...(await readTrack(track, muxer)));
  check(await muxer.openOutput());
  check(await muxer.writeHeader());
  for (const { packet, stream } of parcels.toSorted((a, b) => a.dtsMs - b.dtsMs)) {
    packet.streamIndex = stream;
    packet.rescaleTs({ num: 1, den: 90_000 }, muxer.streams[stream]!.timeBase);
    check(await muxer.interleavedWriteFrame(packet));
    packet.free();
  }
  check(await muxer.writeTrailer());
  await muxer.closeOutput();
  muxer.freeContext();
  return path;
}

/** All packets of a recording, in units of 1/90000 s, and its streams as streams of `muxer`. */
async function readTrack({ file, retime = (ms) => ms }: Track, muxer: FormatContext): Promise<Parcel[]> {
  const demuxer = new FormatContext();
  demuxer.allocContext();
  check(await demuxer.openInput(file, null, null));
  check(await demuxer.findStreamInfo(null));
  const first = muxer.streams.length;
  for (const { codecpar } of demuxer.streams) {
    const stream = muxer.newStream(null);
    check(codecpar.copy(stream.codecpar));
    stream.codecpar.codecTag = 0;
  }
  const parcels: Parcel[] = [];
  for (;;) {
    const packet = new Packet();
    packet.alloc();
    if ((await demuxer.readFrame(packet)) < 0) {
      packet.free();
      break;
    }
    packet.rescaleTs(demuxer.streams[packet.streamIndex]!.timeBase, { num: 1, den: 90_000 });
    const fromMs = Number(packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts) / 90;
    const toMs = retime(fromMs);
    if (toMs === undefined) {
      packet.free();
      continue;
    }
    const shift = BigInt(Math.round((toMs - fromMs) * 90));
    packet.pts += shift;
    packet.dts += shift;
    parcels.push({ packet, stream: first + packet.streamIndex, dtsMs: Number(packet.dts) / 90 });
  }
  await demuxer.closeInput();
  return parcels;
}

/** Writes a second of a tone as PCM in a WAV file. */
export function makeTone(path: string): string {
  const rate = 8000;
  const samples = Int16Array.from({ length: rate }, (_, i) => 8000 * Math.sin((2 * Math.PI * 440 * i) / rate));
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  writeFileSync(path, Buffer.concat([header, Buffer.from(samples.buffer)]));
  return path;
}

function check(code: number): void {
  FFmpegError.throwIfError(code);
}
