/** `webcam:`: a camera attached to this machine, through V4L2 (Linux), AVFoundation (macOS) or DirectShow (Windows). */
import { ActionwireError } from '../../core/errors.js';
import { parseParameters } from '../source-url.js';
import type { InputPlan, SourceType } from '../source-type.js';

const form = 'webcam:0 or webcam:/dev/video0 [?size=1280x720&fps=30&format=mjpeg]';
const allowed = { size: /^\d{2,5}x\d{2,5}$/, fps: /^\d{1,3}(?:\.\d{1,3})?$/, format: /^[a-z0-9_]{2,16}$/ };

export const webcamSource: SourceType = {
  kind: 'webcam',
  forms: [form],
  parse(text) {
    if (!/^webcam:/i.test(text)) return undefined;
    const { base, parameters } = parseParameters(text.slice('webcam:'.length), allowed, form);
    if (!/^(?:\d{1,3}|\/dev\/[\w./-]+|[\w][\w .()-]{0,127})$/.test(base)) {
      throw new ActionwireError('SOURCE_INVALID', `'${base}' is not a camera; expected ${form}.`);
    }
    return { url: base, displayUrl: `webcam:${base}`, parameters };
  },
  plan(spec, { platform }) {
    return platforms[platform]?.(spec.url, spec.parameters) ?? unsupported(platform);
  },
};

type Planner = (device: string, parameters: Readonly<Record<string, string>>) => InputPlan;

const platforms: Partial<Record<NodeJS.Platform, Planner>> = {
  linux: (device, parameters) => ({
    url: /^\d+$/.test(device) ? `/dev/video${device}` : device,
    format: 'v4l2',
    nature: 'live',
    options: {
      format_whitelist: 'v4l2,video4linux2',
      ...pictureOptions(parameters),
      ...(parameters['format'] === undefined ? {} : { input_format: parameters['format'] }),
    },
  }),
  darwin: (device, parameters) => ({
    url: `${device}:none`,
    format: 'avfoundation',
    nature: 'live',
    // AVFoundation refuses cameras whose default rate is not exactly the 29.97 it assumes: always name one.
    options: { format_whitelist: 'avfoundation', framerate: '30', ...pictureOptions(parameters) },
  }),
  win32: (device, parameters) => ({
    url: `video=${device}`,
    format: 'dshow',
    nature: 'live',
    options: {
      format_whitelist: 'dshow',
      ...pictureOptions(parameters),
      ...(parameters['format'] === undefined ? {} : { vcodec: parameters['format'] }),
    },
  }),
};

function pictureOptions(parameters: Readonly<Record<string, string>>): Record<string, string> {
  const { size, fps } = parameters as { size?: string; fps?: string };
  return { ...(size === undefined ? {} : { video_size: size }), ...(fps === undefined ? {} : { framerate: fps }) };
}

function unsupported(platform: NodeJS.Platform): never {
  throw new ActionwireError('SOURCE_UNSUPPORTED', `Webcams are not supported on ${platform}.`);
}
