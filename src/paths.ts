/** Where the bundled model and demo clip lie, relative to the compiled code. */
import { fileURLToPath } from 'node:url';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

export const bundledModelDir = fromRoot('models/xclip-mini');
export const demoClip = fromRoot('assets/demo.mp4');
export const demoTruth = fromRoot('assets/demo.truth.json');
