/** Puts environment variables into a source, so that a password need not stand on a command line, which other users can read. */
import { ActionwireError } from './core/errors.js';

const VARIABLE = /\$\{([A-Za-z_]\w*)\}/g;

/**
 * Replaces each `${NAME}` of `text` by its value. Inside a URL's user information and query the value is percent-encoded, so
 * that it may hold any character; elsewhere it is taken as it is (`${CAMERA_URL}` may be a whole URL).
 * @throws ActionwireError `SOURCE_INVALID` naming a variable that is not set or empty
 */
export function expandVariables(text: string, env: NodeJS.ProcessEnv = process.env): string {
  const encodedEnd = userInfoEnd(text);
  const query = text.indexOf('?');
  return text.replace(VARIABLE, (_whole, name: string, at: number) => {
    const value = env[name];
    if (value === undefined || value === '') {
      throw new ActionwireError('SOURCE_INVALID', `The environment variable ${name} of a source is not set`, {
        hint: `Set ${name}, or write the source without it.`,
      });
    }
    return at < encodedEnd || (query >= 0 && at > query) ? encodeURIComponent(value) : value;
  });
}

/** Where the user information of a URL ends; 0 when there is none. */
function userInfoEnd(text: string): number {
  const upToPath = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(text)?.[0] ?? '';
  return upToPath.lastIndexOf('@') + 1;
}
