/**
 * Runs onnxruntime-node's own installer, which downloads the CUDA and TensorRT providers that npm cannot carry.
 * The explicit flag matters: without it the installer takes a run from the project's root for a developer build and exits.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const packageFile = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
const script = join(dirname(packageFile), 'script', 'install.js');
const flag = process.argv[2] ?? '--onnxruntime-node-install';
const result = spawnSync(process.execPath, [script, flag], { stdio: 'inherit' });
if (result.status !== 0) {
  console.error(
    '\nThe CUDA libraries were not installed: the lines above say why. The download needs internet access (api.nuget.org).',
  );
}
process.exit(result.status ?? 1);
