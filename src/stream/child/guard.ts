/** Stands between FFmpeg and the network for a source that was named by a request: every connection is made here, after a check. */
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { asActionwireError } from '../../core/errors.js';
import type { Failure } from '../failure.js';
import { AllowList } from '../guard/allow-list.js';
import { connectAllowed } from '../guard/connect.js';
import { targetOf, type Target } from '../guard/target.js';
import type { ChildMessage } from '../protocol.js';
import type { InputPlan } from '../source-type.js';
import { untrusted } from './certificate.js';
import { httpGuard } from './http-guard.js';
import { rtspGuard } from './rtsp-guard.js';

export class Guard {
  readonly #allow: AllowList;
  #refusal: Failure | undefined;

  constructor(patterns: readonly string[]) {
    this.#allow = new AllowList(patterns);
  }

  /** The plan as FFmpeg may see it. For HTTP the environment of this process is changed: FFmpeg finds its proxy there. */
  async planFor(plan: InputPlan): Promise<InputPlan> {
    const target = targetOf(plan.url);
    if (target === undefined) throw new Error('the guard has no host to guard');
    const connect = (to: Target): Promise<Socket> => this.#connect(to);
    if (target.scheme.startsWith('http')) {
      const port = await listen(httpGuard(connect));
      // FFmpeg reads these names in lower case only.
      delete process.env['no_proxy'];
      process.env['http_proxy'] = `http://127.0.0.1:${port}`;
      return plan;
    }
    const onUntrusted = (why: string): void => void (this.#refusal ??= untrusted(why));
    const onRedirect = (): void => this.#refuse('The camera sends to another address, which is not followed.');
    const port = await listen(rtspGuard(target, connect, { onRedirect, onUntrusted, ca: plan.options['ca_file'] }));
    return { ...plan, url: plan.url.replace(/^rtsps?:\/\/((?:[^/?#]*@)?)[^/?#]*/i, `rtsp://$1127.0.0.1:${port}`) };
  }

  /** Names the refusal as the reason for an end that it led to. */
  explain(message: ChildMessage): ChildMessage {
    if (this.#refusal === undefined || (message.type !== 'failed' && message.type !== 'ended')) return message;
    return { type: 'failed', failure: this.#refusal };
  }

  async #connect(target: Target): Promise<Socket> {
    try {
      return await connectAllowed(target, this.#allow);
    } catch (error) {
      const { code, message } = asActionwireError(error);
      if (code === 'SOURCE_NOT_ALLOWED') this.#refuse(`${message}.`);
      throw error;
    }
  }

  #refuse(message: string): void {
    this.#refusal ??= { kind: 'forbidden', message };
  }
}

/** Does not keep the process alive. */
async function listen(server: Server): Promise<number> {
  server.unref().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
