/** Gives each source of a run a name: the user's (`name=source`), else one made from its kind and place. */
import { ActionwireError } from './core/errors.js';
import { expandVariables } from './source-variables.js';
import { parseSource, type SourceSpec } from './stream/index.js';

/** Letters and digits of any script, `.`, `_` and `-`; a URL never matches, because of its colon. */
const NAMED = /^([\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,63})=(.+)$/su;

/**
 * Parses sources in the user's order, after putting in the environment variables that they name.
 * @throws ActionwireError `SOURCE_INVALID` for a source of no known form, or when two sources have the same name
 */
export function nameSources(texts: readonly string[]): SourceSpec[] {
  const taken = new Set<string>();
  return texts.map((text) => {
    const [, name, rest] = NAMED.exec(text) ?? [];
    if (name !== undefined && taken.has(name)) {
      throw new ActionwireError('SOURCE_INVALID', `Two sources are named "${name}"`, {
        hint: 'Give each source its own name.',
      });
    }
    const spec = parseSource(expandVariables(rest ?? text), { id: name ?? 'stream' });
    const id = name ?? firstFree(suggestName(spec), taken);
    taken.add(id);
    return { ...spec, id };
  });
}

/** @throws ActionwireError `SOURCE_INVALID` for a name that no source may have */
export function mustBeName(name: string): void {
  if (NAMED.exec(`${name}=x`)?.[1] === name) return;
  throw new ActionwireError('SOURCE_INVALID', 'That cannot be the name of a stream', {
    hint: 'A name begins with a letter or digit and has at most 64 letters, digits, ".", "_" and "-".',
  });
}

/**
 * A replay must come to an end and be the same each time.
 * @throws ActionwireError `OPTION_INVALID` for a source that is no file
 */
export function mustBeReplayable(sources: readonly SourceSpec[]): void {
  const other = sources.find(({ kind }) => kind !== 'file');
  if (other === undefined) return;
  throw new ActionwireError(
    'OPTION_INVALID',
    `--replay takes files only, and "${other.id}" is a ${other.kind} source`,
    {
      hint: 'Leave out --replay, or name files.',
    },
  );
}

/** A file's base name, a camera's host name, or the kind. */
function suggestName({ kind, displayUrl }: SourceSpec): string {
  if (kind === 'webcam' || kind === 'test' || kind === 'whip') return kind;
  const host = /^[a-z]+:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/?#]+)/i.exec(displayUrl)?.[1];
  const name =
    kind === 'file'
      ? displayUrl
          .split(/[\\/]/)
          .at(-1)
          ?.replace(/\.[^.]*$/, '')
      : host;
  const clean = name?.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^-+|-+$/g, '');
  return clean === undefined || clean === '' ? kind : clean;
}

function firstFree(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let n = 2; ; n++) if (!taken.has(`${name}-${n}`)) return `${name}-${n}`;
}
