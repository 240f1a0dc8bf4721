/** A real RTSP server for tests: GStreamer's, in a Python process that cannot outlive the test. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Debian's own Python: the one that sees Debian's python3-gi. */
const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('./rtsp-server.py', import.meta.url));
const probe = `import gi
gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gst, GstRtspServer
Gst.init(None)
assert all(Gst.ElementFactory.find(n) for n in (
  'qtdemux', 'matroskademux', 'tsdemux', 'h264parse', 'h265parse', 'rtph264pay', 'rtpvp9pay', 'alawenc', 'appsrc'))`;

let available: boolean | undefined;

/** Whether GStreamer's RTSP server can run here; says what to install when it cannot. */
export function hasRtspServer(): boolean {
  available ??= spawnSync(python, ['-c', probe], { stdio: 'ignore', timeout: 30_000 }).status === 0;
  if (!available) console.warn('RTSP tests are skipped: install the packages named in .ci/apt-packages.txt');
  return available;
}

export interface RtspServerOptions {
  /** MP4, Matroska, WebM or MPEG-TS; several are played one after the other. */
  readonly file: string | readonly string[];
  /** Default h264. */
  readonly codec?: 'h264' | 'h265' | 'jpeg' | 'vp8' | 'vp9';
  /** 0 (default): any free port. */
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  /** Digest instead of basic authentication. */
  readonly digest?: boolean;
  /** PEM file with a certificate and its key: the server then speaks `rtsps`. */
  readonly certificate?: string;
  /** RTP time of the first packet, 0 to 2^32 - 1; random by default. */
  readonly timestampOffset?: number;
  /** Adds a sound track. */
  readonly audio?: boolean;
  /** All clients see the same moment of the clip instead of each starting at its beginning. */
  readonly shared?: boolean;
  /** End the stream after one pass instead of looping. */
  readonly once?: boolean;
}

export interface RtspServer {
  readonly port: number;
  /** `rtsp://127.0.0.1:port/stream` (`rtsps:` with a certificate), without credentials. */
  readonly url: string;
  /** Freezes the server: connections stay open and nothing comes any more. */
  freeze(): void;
  thaw(): void;
  /** Runs one of the commands that rtsp-server.py lists (`close`, `mount /path`, `allow user password`); resolves when it is done. */
  tell(command: string): Promise<void>;
  /** SIGKILL; resolves when the process is gone. Idempotent. */
  kill(): Promise<void>;
}

export async function startRtspServer(options: RtspServerOptions): Promise<RtspServer> {
  const child = spawn(python, [script, ...args(options)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const lines = createInterface({ input: child.stdout });
  const port = await listeningPort(child, lines);
  return {
    port,
    url: `${options.certificate === undefined ? 'rtsp' : 'rtsps'}://127.0.0.1:${port}/stream`,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    tell: async (command) => {
      const done = once(lines, 'line');
      child.stdin.write(`${command}\n`);
      await done;
    },
    kill: stop,
  };
}

function args(options: RtspServerOptions): string[] {
  const { file, port = 0, user, password, codec = 'h264', certificate, timestampOffset } = options;
  const { shared = false, once: pass = false, digest = false, audio = false } = options;
  return [
    ...[file].flat(),
    ...['--port', String(port), '--codec', codec],
    ...(user === undefined ? [] : ['--user', user, '--password', password ?? '']),
    ...(digest ? ['--digest'] : []),
    ...(certificate === undefined ? [] : ['--certificate', certificate]),
    ...(timestampOffset === undefined ? [] : ['--timestamp-offset', String(timestampOffset)]),
    ...(audio ? ['--audio'] : []),
    ...(shared ? ['--shared'] : []),
    ...(pass ? ['--once'] : []),
  ];
}

/** Rejects with what the server wrote to its error output when that ends without a port. */
async function listeningPort(child: ChildProcess, lines: Interface): Promise<number> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [line] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string?];
  const port = /^port (\d+)$/.exec(line ?? '')?.[1];
  if (port === undefined) throw new Error(`the RTSP server did not start: ${errors}`);
  return Number(port);
}
