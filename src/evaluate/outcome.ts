/** What evaluating one clip came to. */
import type { ErrorCode } from '../core/error-catalogue.js';
import type { LabelScore } from '../core/types.js';

/** A clip that was scored. */
export interface ClipResult {
  readonly kind: 'scored';
  /** As the list names it. */
  readonly path: string;
  /** The true label, in the model's words. */
  readonly label: string;
  /** How many labels were scored above the true one; 0: recognised. */
  readonly rank: number;
  /** The best labels, best first, at most five. Scores are means over the views, 0..1. */
  readonly top: readonly LabelScore[];
  /** Pictures in the clip. */
  readonly pictures: number;
}

/** A clip that could not be read. */
export interface ClipFailure {
  readonly kind: 'unreadable';
  readonly path: string;
  readonly label: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export type ClipOutcome = ClipResult | ClipFailure;
