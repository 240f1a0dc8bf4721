/** One way in which two event logs differ. */
import type { LoggedAction } from './event-log.js';

/** What is different, one entry for each action, gap or loss. `expected` is the first log's. */
export type Difference =
  | { readonly kind: 'missing'; readonly streamId: string; readonly expected: LoggedAction }
  | { readonly kind: 'extra'; readonly streamId: string; readonly actual: LoggedAction }
  /** `shifted`: other times; `rescored`: the same times, another peak; `relabelled`: at the same place, another label. */
  | {
      readonly kind: 'shifted' | 'rescored' | 'relabelled';
      readonly streamId: string;
      readonly expected: LoggedAction;
      readonly actual: LoggedAction;
    }
  /** Gaps, losses and failures of a stream, in order, as in `gap reconnect` and `lost SOURCE_ENDED`. */
  | {
      readonly kind: 'breaks';
      readonly streamId: string;
      readonly expected: readonly string[];
      readonly actual: readonly string[];
    };
