/** Finds and opens the hardware that decodes a codec. */
import type { AVCodecID, AVHWDeviceType, AVPixelFormat, FFHWDeviceType } from 'node-av/constants';
import { AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX } from 'node-av/constants';
import { Codec, FFmpegError, HardwareDeviceContext } from 'node-av/lib';
import type { HwaccelName } from '../hwaccel.js';

/** FFmpeg's own names where they differ. */
const deviceNames: Partial<Record<HwaccelName, string>> = { d3d11: 'd3d11va' };

export interface Hardware {
  readonly name: HwaccelName;
  readonly codec: Codec;
  /** What pictures that stay on the device are called. */
  readonly pixelFormat: AVPixelFormat;
  readonly device: HardwareDeviceContext;
}

/** @returns the opened device with the decoder for it, or a few words saying why there is none */
export function openHardware(name: HwaccelName, codecId: AVCodecID): Hardware | string {
  const type = HardwareDeviceContext.findTypeByName((deviceNames[name] ?? name) as FFHWDeviceType);
  const found = hardwareDecoder(codecId, type);
  if (found === undefined) return 'no decoder for this codec';
  const device = new HardwareDeviceContext();
  const code = device.create(type);
  if (code < 0) return `no device (${FFmpegError.strerror(code)})`;
  return { name, ...found, device };
}

function hardwareDecoder(
  codecId: AVCodecID,
  type: AVHWDeviceType,
): Pick<Hardware, 'codec' | 'pixelFormat'> | undefined {
  for (const codec of Codec.getCodecList()) {
    if (codec.id !== codecId || !codec.isDecoder()) continue;
    for (let i = 0, config = codec.getHwConfig(i); config !== null; config = codec.getHwConfig(++i)) {
      const usesDevice = (config.methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) !== 0;
      if (config.deviceType === type && usesDevice) return { codec, pixelFormat: config.pixFmt };
    }
  }
  return undefined;
}
