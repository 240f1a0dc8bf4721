/** Reads what a user writes for a source: a map from scheme to the kind of source that opens it. */
import { ActionwireError } from '../core/errors.js';
import type { InputPlan, PlanSettings, SourceKind, SourceSpec, SourceType } from './source-type.js';
import { fileSource } from './sources/file.js';
import { httpSource } from './sources/http.js';
import { rtspSource } from './sources/rtsp.js';
import { testSource } from './sources/test.js';
import { webcamSource } from './sources/webcam.js';
import { whipSource } from './sources/whip.js';

const types: Readonly<Record<SourceKind, SourceType>> = {
  rtsp: rtspSource,
  http: httpSource,
  webcam: webcamSource,
  test: testSource,
  whip: whipSource,
  file: fileSource,
};

/** Every accepted form of a source, for help texts. */
export const sourceForms: readonly string[] = Object.values(types).flatMap((type) => type.forms);

export interface SourceDefaults {
  /** Name of the stream this source becomes. */
  readonly id: string;
}

/**
 * @param text for example `rtsp://user:password@camera/stream`, `video.mp4`, `webcam:0`, `https://...`, `test:`
 * @throws ActionwireError SOURCE_INVALID naming the accepted forms; never quotes a password
 */
export function parseSource(text: string, { id }: SourceDefaults): SourceSpec {
  const trimmed = text.trim();
  if (trimmed !== '') {
    for (const type of Object.values(types)) {
      const parsed = type.parse(trimmed);
      if (parsed !== undefined) return { id, kind: type.kind, ...parsed };
    }
  }
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(trimmed)?.[0];
  const what = scheme === undefined ? 'The source is empty' : `Sources of the form '${scheme}' are not known`;
  throw new ActionwireError('SOURCE_INVALID', `${what}; expected one of: ${sourceForms.join(' | ')}.`);
}

/** How FFmpeg is told to open a source. */
export function planInput(spec: SourceSpec, settings: PlanSettings): InputPlan {
  return types[spec.kind].plan(spec, settings);
}
