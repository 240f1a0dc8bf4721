/** The `ffmpeg` tool as the measure of our own decoding: it makes the clips, and it does the same work on them. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { filterChain } from '../../dist/stream/child/filter-chain.js';

/** What is asked of both sides: so many pictures a second, each prepared like this. */
export const FPS = 8;
export const preparation = /** @type {const} */ ({
  shortestEdge: 224,
  cropWidth: 224,
  cropHeight: 224,
  resample: 'bilinear',
});
export const FRAME_BYTES = 224 * 224 * 3;

/** Writes a camera-like clip: motion, sensor noise, no B-frames, two seconds per group of pictures. @param {{size: string, fps: number, seconds: number, bitrate: string}} video */
export function makeNoisyClip(/** @type {string} */ file, { size, fps, seconds, bitrate }) {
  const source = `testsrc2=size=${size}:rate=${fps}:duration=${seconds},noise=alls=6:allf=t`;
  const encode = `-c:v libx264 -preset veryfast -b:v ${bitrate} -bf 0 -g ${2 * fps} -pix_fmt yuv420p`.split(' ');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, ...encode, file]);
}

/** The beginning of a clip, not encoded again. */
export function cutClip(/** @type {string} */ long, /** @type {string} */ short, /** @type {number} */ seconds) {
  execFileSync('ffmpeg', ['-v', 'error', '-i', long, '-t', String(seconds), '-c', 'copy', short]);
}

/**
 * Decodes `source`, picks and prepares the same pictures as we do, and writes the crops to its standard output.
 * @param {{source: string, size: string, threads: number, input?: readonly string[]}} options input: options of the source
 */
export function spawnFfmpeg({ source, size, threads, input = [] }) {
  const [width = 0, height = 0] = size.split('x').map(Number);
  // The first picture at or after each tick, as src/stream/sampler.ts picks it.
  const pick = `select='isnan(prev_selected_t)+gt(floor(t*${FPS}+0.001),floor(prev_selected_t*${FPS}+0.001))'`;
  const chain = `${pick},${filterChain({ preparation, rotation: [] }, { width, height })}`;
  const output = ['-fps_mode', 'passthrough', '-filter_threads', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  const args = ['-v', 'error', '-threads', String(threads), ...input, '-i', source, '-an', '-vf', chain, ...output];
  return spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** CPU seconds of all processes that this one has started and that are gone, and of those that these had started. */
export function childrenCpuSeconds() {
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticksPerSecond = 100;
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}
