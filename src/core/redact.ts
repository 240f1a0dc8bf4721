/** Keeps credentials out of everything a person or a log may see. */

const secretParameter =
  /^(?:user(?:name)?|login|pass(?:word|wd)?|pwd|token|auth|key|api_?key|secret|sig(?:nature)?|access_?token)$/i;

/** `scheme://user:password@host/path?token=x` -> `scheme://host/path?token=***`: a URL that may be shown, without any query value. */
export function redactUrl(url: string): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)(.*)$/is.exec(url);
  if (match === null) return redactQuery(url);
  const [, scheme = '', authority = '', rest = ''] = match;
  return scheme + authority.slice(authority.lastIndexOf('@') + 1) + hideQuery(rest);
}

/** Of a URL no query value is shown: nobody can list the names that cameras and clouds give to their secrets. */
function hideQuery(text: string): string {
  return text.replace(/([?&;][^=&;#\s]+)=[^&;#\s]*/g, '$1=***');
}

function redactQuery(text: string): string {
  return text.replace(/([?&;])([^=&;#\s]+)=([^&;#\s]*)/g, (whole, lead: string, name: string) =>
    secretParameter.test(name) ? `${lead}${name}=***` : whole,
  );
}

/**
 * Removes the user information and query values of every URL inside a free text, query values named like secrets, and every given secret
 * (the raw text and its percent-encoded and decoded forms). Rather removes too much than too little.
 */
export function redactText(text: string, secrets: readonly string[] = []): string {
  let result = text.replace(/([a-z][a-z0-9+.-]*:\/\/)([^\s'"<>]*)/gi, (_whole, scheme: string, rest: string) => {
    return scheme + hideQuery(rest.replace(/^.*@/, '***@'));
  });
  result = redactQuery(result);
  for (const secret of secrets.flatMap(spellings)) result = result.split(secret).join('***');
  return result;
}

function spellings(secret: string): string[] {
  return [...new Set([secret, encodeURIComponent(secret), decoded(secret)])].filter((form) => form.length > 0);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The user name and password inside a URL, decoded; what `redactText` should be told to remove. */
export function urlSecrets(url: string): string[] {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1] ?? '';
  const at = authority.lastIndexOf('@');
  if (at < 0) return [];
  const userInfo = authority.slice(0, at);
  const colon = userInfo.indexOf(':');
  const password = colon < 0 ? '' : userInfo.slice(colon + 1);
  return [userInfo, password].map(decoded).filter((part) => part.length > 0);
}
