/** Reads network URLs strictly, so that FFmpeg and this program agree on what is the user, the host and the path. */
import { redactUrl } from '../core/redact.js';
import { ActionwireError } from '../core/errors.js';

/**
 * Accepts user names and passwords with special characters (percent-encoded or, except for `/`, `?` and `#`, raw) and
 * returns the URL with both percent-encoded.
 * @throws ActionwireError SOURCE_INVALID, without quoting the URL
 */
export function parseNetworkUrl(text: string, form: string): { url: string; displayUrl: string } {
  const match = /^([a-z]+:\/\/)([^/?#]*)(.*)$/i.exec(text.trim());
  if (match === null) throw invalid('is not a URL', form);
  const [, scheme = '', authority = '', rest = ''] = match;
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  if (!/^(?:\[[0-9a-f:.%]+\]|[^\s:@[\]]+)(?::\d{1,5})?$/i.test(host)) throw invalid('has no valid host and port', form);
  // eslint-disable-next-line no-control-regex -- control characters in a URL are what is looked for
  if (/[\s\u0000-\u001f]/.test(rest)) throw invalid('contains spaces or control characters', form);
  const user = at < 0 ? '' : `${encodeUserInfo(authority.slice(0, at))}@`;
  const url = `${scheme.toLowerCase()}${user}${host}${rest}`;
  return { url, displayUrl: redactUrl(url) };
}

function invalid(what: string, form: string): ActionwireError {
  return new ActionwireError('SOURCE_INVALID', `The source ${what}; expected ${form}.`);
}

function encodeUserInfo(userInfo: string): string {
  const colon = userInfo.indexOf(':');
  if (colon < 0) return encode(userInfo);
  return `${encode(userInfo.slice(0, colon))}:${encode(userInfo.slice(colon + 1))}`;
}

/** Percent-encodes; what is already a valid encoding stays the same text. */
function encode(text: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(text));
  } catch {
    return encodeURIComponent(text);
  }
}

/** Splits `base?name=value&...`, checking names and values against the given patterns. */
export function parseParameters(
  text: string,
  allowed: Readonly<Record<string, RegExp>>,
  form: string,
): { base: string; parameters: Record<string, string> } {
  const mark = text.indexOf('?');
  const base = mark < 0 ? text : text.slice(0, mark);
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1))) {
    const pattern = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (pattern === undefined) {
      throw new ActionwireError('SOURCE_INVALID', `Unknown setting '${name}' in the source; expected ${form}.`);
    }
    if (!pattern.test(value)) {
      throw new ActionwireError('SOURCE_INVALID', `'${value}' is not a valid ${name}; expected ${form}.`);
    }
    parameters[name] = value;
  }
  return { base, parameters };
}
