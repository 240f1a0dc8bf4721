/** Refuses at once, before a model is read, an execution provider that this platform's ONNX Runtime was built without. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { entryUrl } from '../core/entry-url.js';
import { ActionwireError } from '../core/errors.js';
import type { ProviderChoice } from './provider.js';

/**
 * Whether a provider that is built in also works shows only when the model is opened on it. `auto` and `cpu` are always there.
 * @throws PROVIDER_UNAVAILABLE naming those that are built in; INFERENCE_FAILED when ONNX Runtime itself does not load
 */
export async function mustHaveProvider(choice: ProviderChoice, list = builtIn): Promise<void> {
  if (choice === 'auto' || choice === 'cpu') return;
  const names = await list();
  if (names.includes(choice)) return;
  const message = `ONNX Runtime for ${process.platform} ${process.arch} has no ${choice}; it has ${names.join(', ')}`;
  throw new ActionwireError('PROVIDER_UNAVAILABLE', message, { hint: 'Choose one of those, or `auto`.' });
}

/** Asked in a process of its own: this one never loads ONNX Runtime. */
async function builtIn(): Promise<string[]> {
  const entry = fileURLToPath(entryUrl(import.meta.url, './worker/list-providers.js'));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [entry]);
    return z.array(z.string()).parse(JSON.parse(stdout));
  } catch (error) {
    const why = /^.*Error: .*$/m.exec(String(error).replace(/^.*\n/, ''))?.[0] ?? String(error);
    throw new ActionwireError('INFERENCE_FAILED', `ONNX Runtime does not load: ${why}`, { cause: error });
  }
}
