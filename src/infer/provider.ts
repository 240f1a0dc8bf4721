/** The execution providers of ONNX Runtime that can be asked for, and the order in which `auto` tries them. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const providerNames = ['cpu', 'cuda', 'tensorrt', 'webgpu', 'dml', 'coreml'] as const;
export type ProviderName = (typeof providerNames)[number];
export type ProviderChoice = ProviderName | 'auto';

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
export function candidatesFor(choice: ProviderChoice, cudaInstalled = hasCudaLibrary()): Candidates {
  if (choice !== 'auto') return { names: [choice], remark: '' };
  if (cudaInstalled) return { names: ['cuda', 'cpu'], remark: '' };
  return { names: ['cpu'], remark: 'the CUDA libraries are not installed' };
}

/** True when onnxruntime-node's folder has the CUDA provider, which npm does not carry (`npm run cuda:install`). */
function hasCudaLibrary(): boolean {
  const file = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  return existsSync(join(root, 'bin', 'napi-v6', process.platform, process.arch, file));
}
