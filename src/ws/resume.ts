/** Answers `subscribe`: what holds, then what is lost, then what was missed and can still be told. */
import type { MessageLog } from './message-log.js';
import type { ServerMessage } from './protocol.js';
import { spoken, wants, type SubscribeRequest, type Subscription } from './subscription.js';

/** What a resuming subscriber is sent to. */
export interface Receiver {
  readonly subscription: Subscription;
  send(message: ServerMessage): void;
  sendBytes(bytes: Buffer, isScores: boolean): void;
}

/** A cursor of another epoch, or one this epoch has not reached, starts again before the first message, after a `gap`. */
export function resume(receiver: Receiver, request: SubscribeRequest, log: MessageLog, epoch: string): void {
  const { sinceSeq = log.seq } = request;
  const isOther = request.sinceSeq !== undefined && ((request.epoch ?? epoch) !== epoch || sinceSeq > log.seq);
  const from = isOther ? 0 : sinceSeq;
  const { lost, entries } = log.after(from);
  receiver.send({ type: 'ack', epoch, seq: from, ...spoken(receiver.subscription) });
  if (isOther) receiver.send({ type: 'gap', epoch, reason: 'other-epoch', from: 1, to: lost?.to ?? 0 });
  else if (lost !== undefined) receiver.send({ type: 'gap', epoch, reason: 'history', ...lost });
  for (const { message, bytes } of entries) {
    if (wants(receiver.subscription, message)) receiver.sendBytes(bytes, false);
  }
}
