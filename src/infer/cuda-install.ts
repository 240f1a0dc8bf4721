/** The command that installs the CUDA libraries, as it works from anywhere: in a checkout and where the package is installed. */
import { fileURLToPath } from 'node:url';

/** `npm run cuda:install --prefix "<folder of this package>"`. */
export function cudaInstallCommand(): string {
  const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
  return `npm run cuda:install --prefix "${root}"`;
}
