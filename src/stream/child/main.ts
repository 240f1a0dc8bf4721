/** The decoder process of one stream: takes orders from the program that forked it, and never outlives it. */
import type { ChildMessage, DecoderSettings, ParentMessage } from '../protocol.js';
import type { DecodeSession } from './session.js';

/** How long a stopping session may take before the process ends itself the hard way. Milliseconds. */
const stopGraceMs = 800;
const heartbeatMs = 1000;

let session: DecodeSession | undefined;
let stopping = false;
let lastSent: Promise<void> = Promise.resolve();

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
  const current = await createSession(settings);
  if (current !== undefined) {
    session = current;
    if (stopping) current.stop();
    const heartbeat = setInterval(() => send({ type: 'counters', counters: current.counters }), heartbeatMs);
    await current.run();
    clearInterval(heartbeat);
  }
  await lastSent;
  process.exit(0);
}

/** Loads FFmpeg only now, so that a machine without a fitting binary gets a sentence instead of a dead process. */
async function createSession(settings: DecoderSettings): Promise<DecodeSession | undefined> {
  try {
    const { DecodeSession: Session } = await import('./session.js');
    return new Session(settings, send);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    const message = `The decoder cannot run on this machine (${process.platform} ${process.arch}): ${reason ?? ''}`;
    send({ type: 'failed', failure: { kind: 'unsupported', message } });
    return undefined;
  }
}

function stop(): void {
  stopping = true;
  session?.stop();
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
