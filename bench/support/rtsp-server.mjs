/** Starts test/support/rtsp-server.py: GStreamer's RTSP server, looping one H.264 file, on the loopback address. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Debian's own Python: the one that sees Debian's python3-gi. */
const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('../../test/support/rtsp-server.py', import.meta.url));

/** @param {{file: string, port?: number, shared?: boolean, maxSeconds?: number}} options shared: one pass over the file for all clients */
export async function startRtspServer({ file, port = 0, shared = false, maxSeconds = 3600 }) {
  const args = [file, '--port', String(port), '--max-seconds', String(maxSeconds), ...(shared ? ['--shared'] : [])];
  const child = spawn(python, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const listening = /^port (\d+)$/.exec(line)?.[1];
    if (listening === undefined) continue;
    return {
      pid: child.pid,
      port: Number(listening),
      url: `rtsp://127.0.0.1:${listening}/stream`,
      freeze: () => child.kill('SIGSTOP'),
      thaw: () => child.kill('SIGCONT'),
      kill,
    };
  }
  throw new Error('the RTSP server did not start: it needs the packages of .ci/apt-packages.txt');
}
