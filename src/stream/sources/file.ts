/** `file:` or a plain path: recordings on disk. */
import { statSync, type Stats } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ActionwireError } from '../../core/errors.js';
import { redactText } from '../../core/redact.js';
import { recordingFormats, recordingOptions, type SourceType } from '../source-type.js';

const forms = ['file:/path/to/video.mp4', 'path/to/video.mp4'] as const;

export const fileSource: SourceType = {
  kind: 'file',
  forms,
  parse(text) {
    const path = pathOf(text);
    if (path === undefined) return undefined;
    if (path.includes('\0'))
      throw new ActionwireError('SOURCE_INVALID', 'A file name cannot contain a null character.');
    const absolute = isAbsolute(path) ? path : resolve(path);
    refuseIrregular(absolute);
    return { url: absolute, displayUrl: absolute, parameters: {} };
  },
  plan(spec) {
    return {
      // The explicit protocol keeps FFmpeg from reading a scheme into names such as `data:,x` or `http:y`.
      url: `file:${spec.url}`,
      format: null,
      nature: 'recording',
      options: { format_whitelist: recordingFormats, protocol_whitelist: 'file', ...recordingOptions },
    };
  },
};

/** A FIFO or a device would block the opening inside the kernel. */
function refuseIrregular(path: string): void {
  const found = statOf(path);
  if (found === undefined || found.isFile()) return;
  const hint = 'Give a video file; a camera of this machine is webcam:0 or webcam:/dev/video0.';
  throw new ActionwireError('SOURCE_INVALID', `${path} is not a regular file.`, { hint });
}

/** Undefined for what is not there or may not be looked at: the opening of the stream tells that, with its own code. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** The path of a `file:` source or of a text without any scheme; a Windows drive letter is no scheme. */
function pathOf(text: string): string | undefined {
  if (/^file:\/\//i.test(text)) return fromFileUrl(text);
  if (/^file:/i.test(text)) return text.slice('file:'.length) || undefined;
  if (/^[a-z][a-z0-9+.-]+:/i.test(text)) return undefined;
  // Never quoted: it is rather a mistyped camera, with its password, than a file.
  if (text.includes('://')) {
    throw new ActionwireError('SOURCE_INVALID', `The source has '://' but is of no known form.`, {
      hint: 'Names before "=" consist of letters, digits, ".", "_" and "-"; write file:... for a file of such a name.',
    });
  }
  return text;
}

function fromFileUrl(text: string): string {
  try {
    return fileURLToPath(text);
  } catch {
    // Without the cause: node's error holds the whole text.
    const message = `'${redactText(text)}' is not a valid file URL; expected ${forms.join(' or ')}.`;
    throw new ActionwireError('SOURCE_INVALID', message);
  }
}
