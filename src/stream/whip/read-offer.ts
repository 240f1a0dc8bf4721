/** Reads what a publisher offers (SDP, RFC 8866): the first video that can be decoded, and everything that is not wanted. */
import { ActionwireError } from '../../core/errors.js';
import { whipCodecs, type WhipCodec, type WhipOffer } from '../protocol.js';

/** A browser's offer has about 6 kB. */
const maxBytes = 64 * 1024;
const maxSections = 8;

interface Section {
  readonly kind: string;
  readonly payloadTypes: readonly number[];
  readonly lines: readonly string[];
}

type Video = WhipOffer['video'];

/**
 * The publisher's order of codecs decides. Its candidates are left out: we answer whoever finds us with the agreed password, and never send
 * a packet to an address only because somebody named it.
 * @throws ActionwireError WHIP_OFFER_INVALID, WHIP_CODEC_UNSUPPORTED
 */
export function readOffer(sdp: string): WhipOffer {
  if (Buffer.byteLength(sdp) > maxBytes) throw invalid(`is longer than ${maxBytes} bytes`);
  const lines = sdp.split(/\r?\n/).filter((line) => line !== '');
  if (lines[0] !== 'v=0' || lines.some((line) => !/^[a-z]=/.test(line))) throw invalid('is not SDP');
  for (const needed of ['ice-ufrag:', 'ice-pwd:', 'fingerprint:']) {
    if (!lines.some((line) => line.startsWith(`a=${needed}`))) throw invalid(`has no ${needed.slice(0, -1)}`);
  }
  const sections = splitSections(lines);
  if (sections.length > maxSections) throw invalid(`has more than ${maxSections} media sections`);
  const videos = sections.filter(({ kind }) => kind === 'video');
  if (videos.length === 0) throw invalid('has no video');
  const chosen = videos.find((section) => chooseCodec(section) !== undefined);
  const video = chosen && chooseCodec(chosen);
  if (video === undefined) {
    throw new ActionwireError('WHIP_CODEC_UNSUPPORTED', `The offer has none of ${whipCodecs.join(', ')}.`);
  }
  const unused = sections.filter((section) => section !== chosen).map(describeUnused);
  const kept = lines.filter((line) => !/^a=(?:candidate:|end-of-candidates|remote-candidates:)/.test(line));
  return { sdp: `${kept.join('\r\n')}\r\n`, video, unused };
}

function splitSections(lines: readonly string[]): Section[] {
  const starts = lines.flatMap((line, at) => (line.startsWith('m=') ? [at] : []));
  return starts.map((start, i) => {
    const own = lines.slice(start, starts[i + 1]);
    const [kind = '', , , ...formats] = (own[0] ?? '').slice(2).split(' ');
    if (kind !== 'video' && kind !== 'audio')
      throw invalid(`has a section '${kind.slice(0, 20)}'; only audio and video can be taken`);
    return { kind, payloadTypes: formats.map(Number), lines: own };
  });
}

/** The first payload type of the section that we can decode. */
function chooseCodec(section: Section): Video | undefined {
  for (const payloadType of section.payloadTypes) {
    const codec = codecOf(section, payloadType);
    if (!isKnown(codec)) continue;
    const format = attribute(section, `fmtp:${payloadType} `);
    return { mid: midOf(section), payloadType, codec, ...(format === undefined ? {} : { format }) };
  }
  return undefined;
}

function describeUnused(section: Section): WhipOffer['unused'][number] {
  const payloadType = section.payloadTypes.find((type) => codecOf(section, type) !== '');
  if (payloadType === undefined) throw invalid('has a section without any codec');
  const kind = section.kind === 'audio' ? 'audio' : 'video';
  return { mid: midOf(section), kind, payloadType, codec: codecOf(section, payloadType) };
}

/** In lower case; empty when the section does not say. */
function codecOf(section: Section, payloadType: number): string {
  const [, name = ''] = /^([\w.-]+)\//.exec(attribute(section, `rtpmap:${payloadType} `) ?? '') ?? [];
  return name.toLowerCase();
}

function midOf(section: Section): string {
  const mid = attribute(section, 'mid:');
  if (mid === undefined) throw invalid('has a section without a mid');
  return mid;
}

function attribute({ lines }: Section, name: string): string | undefined {
  return lines.find((line) => line.startsWith(`a=${name}`))?.slice(2 + name.length);
}

function isKnown(codec: string): codec is WhipCodec {
  return (whipCodecs as readonly string[]).includes(codec);
}

function invalid(what: string): ActionwireError {
  return new ActionwireError('WHIP_OFFER_INVALID', `The offer ${what}.`);
}
