/** Where the program keeps what it can make or fetch again. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** ACTIONWIRE_CACHE_DIR, else the user's cache folder of the operating system, else `.cache` in the home folder. */
export function defaultCacheDir(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const own = env['ACTIONWIRE_CACHE_DIR'];
  if (own !== undefined && own !== '') return own;
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? homedir(), 'actionwire', 'cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'actionwire');
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'actionwire');
}
