/** Makes a QuickTime recording whose pictures lie in another file, by a data reference (QuickTime File Format, 'dref' of type 'alis'). */

const parents = ['moov', 'trak', 'mdia', 'minf', 'dinf', 'dref'] as const;
/** Size and type of an atom; those of 'dref' are followed by version, flags and the number of entries. */
const headerBytes = 8;
const drefHeaderBytes = 16;

/**
 * @param mov a recording of one track with its `moov` at the end, as FFmpeg writes it
 * @param path absolute path of the file that is to be read in its stead; the samples are looked for at the same places
 * @returns the recording with that reference, its own pictures wiped out
 */
export function outsideTrack(mov: Buffer, path: string): Buffer {
  const grown: number[] = [];
  let [at, end] = [0, mov.length];
  for (const name of parents) {
    while (mov.toString('latin1', at + 4, at + 8) !== name) at += mov.readUInt32BE(at);
    grown.push(at);
    end = at + mov.readUInt32BE(at);
    at += name === 'dref' ? drefHeaderBytes : headerBytes;
  }
  const entry = alias(path);
  const result = Buffer.concat([mov.subarray(0, at), entry, mov.subarray(end)]);
  for (const position of grown) {
    result.writeUInt32BE(result.readUInt32BE(position) + entry.length - (end - at), position);
  }
  const media = result.indexOf('mdat');
  return result.fill(0, media + 4, media - 4 + result.readUInt32BE(media - 4));
}

/** An alias record, of which FFmpeg reads the levels at bytes 142 and 144 and the tagged fields from byte 162 on; tag 2 is the absolute path. */
function alias(path: string): Buffer {
  const fixed = Buffer.alloc(162);
  fixed.write('alis', 4, 'latin1');
  fixed.writeUInt16BE(1, 142);
  fixed.writeUInt16BE(1, 144);
  const text = Buffer.from(path + '\0'.repeat(path.length % 2));
  const entry = Buffer.concat([fixed, uint16(2), uint16(text.length), text, uint16(0xffff), uint16(0)]);
  entry.writeUInt32BE(entry.length, 0);
  return entry;
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}
