/** Reads ONNX Runtime's own profile of a run to see which provider really did the work. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProviderName } from '../provider.js';

/** ONNX Runtime's names of the providers in a profile. */
const profileNames: Readonly<Record<ProviderName, string>> = {
  cpu: 'CPUExecutionProvider',
  cuda: 'CUDAExecutionProvider',
  tensorrt: 'TensorrtExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
  dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
};

const profileSchema = z.array(
  z.looseObject({ cat: z.string().optional(), args: z.looseObject({ provider: z.string().optional() }).optional() }),
);

/** The share, 0..1, of the profiled operator runs that happened on `provider`; 0 when nothing was profiled. */
export function coverageOf(profile: string, provider: ProviderName): number {
  const events = profileSchema.parse(JSON.parse(profile));
  const runs = events.flatMap(({ cat, args }) =>
    cat === 'Node' && args?.provider !== undefined ? [args.provider] : [],
  );
  return runs.length === 0 ? 0 : runs.filter((name) => name === profileNames[provider]).length / runs.length;
}

/**
 * Gives `use` a file prefix for a profile in a folder of its own and returns the text of the profile found there afterwards.
 * The folder is deleted.
 */
export async function withProfile(use: (prefix: string) => Promise<void>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'actionwire-profile-'));
  try {
    await use(join(folder, 'run'));
    const [name] = await readdir(folder);
    return name === undefined ? '[]' : await readFile(join(folder, name), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
