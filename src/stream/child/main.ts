/** The decoder process of one stream: takes orders from the program that forked it, and never outlives it. */
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { ChildMessage, ParentMessage } from '../protocol.js';
import { DecodeSession } from './session.js';

/** How long a stopping session may take before the process ends itself the hard way. Milliseconds. */
const stopGraceMs = 800;
const heartbeatMs = 1000;

let session: DecodeSession | undefined;
let lastSent: Promise<void> = Promise.resolve();

// FFmpeg's own log could name the URL.
Log.setLevel(AV_LOG_QUIET);

// A terminal sends Ctrl-C, and a service manager SIGTERM, to the whole group: the program decides when we stop.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.on('message', (message: ParentMessage) => {
  switch (message.type) {
    case 'open':
      void run(message);
      break;
    case 'credit':
      session?.credits.give();
      break;
    case 'stop':
      stop();
      break;
    default:
      message satisfies never;
  }
});
process.once('disconnect', stop);

async function run({ settings }: Extract<ParentMessage, { type: 'open' }>): Promise<void> {
  const current = new DecodeSession(settings, send);
  session = current;
  const heartbeat = setInterval(() => send({ type: 'counters', counters: current.counters }), heartbeatMs);
  await current.run();
  clearInterval(heartbeat);
  await lastSent;
  process.exit(0);
}

function stop(): void {
  if (session === undefined) process.exit(0);
  session.stop();
  // Only a native call that cannot be interrupted gets this far; process.exit would wait for it.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), stopGraceMs);
}

function send(message: ChildMessage): void {
  lastSent = new Promise((resolve) => {
    // A failure to send means that the program is gone: 'disconnect' stops us.
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
