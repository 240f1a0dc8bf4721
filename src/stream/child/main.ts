/** The decoder process of one stream or recording: takes orders from the program that forked it, and never outlives it. */
import type { ChildMessage, DecoderOrder, ParentMessage } from '../protocol.js';
import { Guard } from './guard.js';
import type { ReadSession } from './read-session.js';
import type { Session } from './session.js';

/** How long a stopping session may take before the process ends itself the hard way. Milliseconds. */
const stopGraceMs = 800;
const heartbeatMs = 500;

let session: Session | undefined;
let reading: ReadSession | undefined;
let stopping = false;
let lastSent: Promise<void> = Promise.resolve();

// A terminal sends Ctrl-C, and a service manager SIGTERM, to the whole group: the program decides when we stop.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.on('message', (message: ParentMessage) => {
  switch (message.type) {
    case 'open':
    case 'publish':
    case 'read':
      void run(message);
      break;
    case 'pick':
      reading?.pick(message.indices);
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

async function run(order: DecoderOrder): Promise<void> {
  const current = await createSession(order);
  if (current !== undefined) {
    session = current;
    const { decoder } = current;
    if (stopping) decoder.stop();
    const heartbeat = setInterval(() => send({ type: 'counters', counters: decoder.counters }), heartbeatMs);
    await current.run();
    clearInterval(heartbeat);
  }
  await lastSent;
  process.exit(0);
}

/** Loads FFmpeg only now, so that a machine without a fitting binary gets a sentence instead of a dead process. */
async function createSession(order: DecoderOrder): Promise<Session | undefined> {
  try {
    if (order.type === 'open') {
      const { DecodeSession } = await import('./session.js');
      const { settings } = order;
      if (settings.allowHosts === undefined) return new DecodeSession(settings, send);
      const guard = new Guard(settings.allowHosts);
      const plan = await guard.planFor(settings.plan);
      return new DecodeSession({ ...settings, plan }, (message) => send(guard.explain(message)));
    }
    if (order.type === 'publish') {
      const { PublishSession } = await import('./whip/publish-session.js');
      return new PublishSession(order, send);
    }
    const { ReadSession: Reading } = await import('./read-session.js');
    return (reading = new Reading(order.settings, send));
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    const message = `The decoder cannot run on this machine (${process.platform} ${process.arch}): ${reason ?? ''}`;
    send({ type: 'failed', failure: { kind: 'unsupported', message } });
    return undefined;
  }
}

function stop(): void {
  stopping = true;
  session?.decoder.stop();
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
