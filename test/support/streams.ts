/** Shorthands for tests that open real streams. */
import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import type { Frame, StreamItem, StreamState } from '../../src/core/types.js';
import { openStream, parseSource, type ActionStream, type StreamOptions } from '../../src/stream/index.js';

export const smallPreparation = { shortestEdge: 64, cropWidth: 64, cropHeight: 64, resample: 'bilinear' } as const;

/** Fast reconnects, no randomness. */
export const quickReconnect = { initialMs: 50, maxMs: 200, factor: 2, jitter: 0 };

export function open(source: string, options: Partial<StreamOptions> = {}): ActionStream {
  return openStream(parseSource(source, { id: 'cam' }), {
    fps: 8,
    preparation: smallPreparation,
    mode: 'replay',
    reconnect: quickReconnect,
    ...options,
  });
}

/** Everything a stream emits, until it ends or `enough` says so; the stream's process is gone afterwards. */
export async function collect(
  stream: ActionStream,
  enough: (items: readonly StreamItem[]) => boolean = () => false,
): Promise<StreamItem[]> {
  const items: StreamItem[] = [];
  for await (const item of stream) {
    items.push(item);
    if (enough(items)) break;
  }
  return items;
}

export function framesOf(items: readonly StreamItem[]): Frame[] {
  return items.flatMap((item) => (item.kind === 'frame' ? [item.frame] : []));
}

export function statesOf(items: readonly StreamItem[]): StreamState[] {
  return items.flatMap((item) => (item.kind === 'state' ? [item.state] : []));
}

/** One word per item, runs of frames as one: `connecting live frames gap:reconnect frames ended`. */
export function story(items: readonly StreamItem[]): string {
  const words = items.map((item) => {
    if (item.kind === 'frame') return 'frames';
    return item.kind === 'gap' ? `gap:${item.reason}` : item.state.status;
  });
  return words.filter((word, i) => word !== 'frames' || words[i - 1] !== 'frames').join(' ');
}

/** Frame numbers count up by one and media time only grows, whatever happened in between. */
export function expectOneTimeline(items: readonly StreamItem[]): void {
  const frames = framesOf(items);
  expect(frames.map((frame) => frame.index)).toEqual(frames.map((_, i) => i));
  frames.slice(1).forEach((frame, i) => expect(frame.ptsMs).toBeGreaterThan(frames[i]!.ptsMs));
}

/** Process ids of the decoder processes this process has now. */
export function decoderPids(parent = process.pid): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => Number(match?.[2]) === parent && /stream[\\/]child[\\/]main\.js/.test(match?.[3] ?? ''))
    .map((match) => Number(match?.[1]));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
