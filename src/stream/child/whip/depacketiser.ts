/** Chooses how the payloads of a codec are read. */
import type { WhipCodec } from '../../protocol.js';
import type { Depacketiser } from './coded-picture.js';
import { H264Depacketiser } from './depacketise-h264.js';
import { Vp8Depacketiser } from './depacketise-vp8.js';
import { Vp9Depacketiser } from './depacketise-vp9.js';

const depacketisers: Readonly<Record<WhipCodec, new () => Depacketiser>> = {
  h264: H264Depacketiser,
  vp8: Vp8Depacketiser,
  vp9: Vp9Depacketiser,
};

export function depacketiserFor(codec: WhipCodec): Depacketiser {
  return new depacketisers[codec]();
}
