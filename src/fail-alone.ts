/** Keeps the failure of one stream to that stream: it becomes the stream's last state, and the others go on. */
import { catchError, defer, of, tap, type MonoTypeOperatorFunction } from 'rxjs';
import type { Clock } from './core/clock.js';
import { asActionwireError, type ActionwireError } from './core/errors.js';
import type { ActionwireMessage } from './core/types.js';

export interface FailAloneOptions {
  readonly streamId: string;
  /** For the time of the state. */
  readonly clock: Clock;
  /** Told once, for the log. */
  readonly onFailure: (error: ActionwireError) => void;
}

/**
 * An error of the source becomes a state `failed` with the error's code and sentence, then the output completes. The attempt is
 * that of the last state before (1 when there was none). Open actions are the source's to end before it errs (`trackActions`).
 */
export function failAlone({
  streamId,
  clock,
  onFailure,
}: FailAloneOptions): MonoTypeOperatorFunction<ActionwireMessage> {
  return (source) =>
    defer(() => {
      let attempt = 1;
      return source.pipe(
        tap((message) => {
          if (message.kind === 'state') attempt = message.state.attempt;
        }),
        catchError((thrown: unknown) => {
          const error = asActionwireError(thrown);
          onFailure(error);
          const { code, message: reason } = error;
          const state = { streamId, status: 'failed', atMs: clock.now(), attempt, code, reason } as const;
          return of<ActionwireMessage>({ kind: 'state', state });
        }),
      );
    });
}
