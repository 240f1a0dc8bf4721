/** The execution providers of ONNX Runtime that can be asked for, and the order in which `auto` tries them. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const providerNames = ['cuda', 'tensorrt', 'webgpu', 'coreml', 'dml', 'cpu'] as const;
export type ProviderName = (typeof providerNames)[number];
export const providerChoices = ['auto', ...providerNames] as const;
export type ProviderChoice = (typeof providerChoices)[number];

/** What decides which providers `auto` tries. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Whether the CUDA provider's library is there, which npm does not carry (`npm run cuda:install`). */
  readonly cudaInstalled: boolean;
}

export interface Candidates {
  /** To be tried in this order. */
  readonly names: readonly ProviderName[];
  /** Why better ones are not among them, for the person who wonders; empty when there is nothing to say. */
  readonly remark: string;
}

/**
 * `auto`: CUDA where its libraries are installed, then the CPU. WebGPU is never chosen by itself, because an adapter may be
 * a software one, far slower than the CPU provider; TensorRT (minutes of engine building), DirectML and CoreML only when asked.
 */
export function candidatesFor(choice: ProviderChoice, machine: Machine = thisMachine()): Candidates {
  if (choice !== 'auto') return { names: [choice], remark: '' };
  if (machine.cudaInstalled) return { names: ['cuda', 'cpu'], remark: '' };
  return { names: ['cpu'], remark: whyNoCuda(machine) };
}

/** The table of platforms is in onnxruntime-node's README; CUDA comes with Linux x64 alone. */
function whyNoCuda({ platform, arch }: Machine): string {
  if (platform === 'linux' && arch === 'x64') return 'the CUDA libraries are not installed';
  const byName = { darwin: 'coreml', win32: 'dml' }[platform];
  const asked = byName === undefined ? '' : `; ${byName} only when asked for`;
  return `ONNX Runtime has no CUDA for ${platform} ${arch}${asked}`;
}

function thisMachine(): Machine {
  const { platform, arch } = process;
  const file = platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  return { platform, arch, cudaInstalled: existsSync(join(root, 'bin', 'napi-v6', platform, arch, file)) };
}
