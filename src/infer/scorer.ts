/** What the two operators need of an engine: labels, and a score for a window when its turn comes. */
import type { Observable } from 'rxjs';
import type { ModelInfo } from '../core/model-info.js';
import type { Window } from '../core/types.js';
import type { InferenceResult } from './inference-result.js';

export interface Scorer {
  readonly info: ModelInfo;
  /**
   * Waits for its turn, calls `take` once at its start, emits one result and completes. Unsubscribing before the turn gives it up;
   * after that, the result is thrown away. Errors with INFERENCE_WORKER_CRASHED when only this window is lost and the engine goes on.
   */
  score(take: () => Window): Observable<InferenceResult>;
}
