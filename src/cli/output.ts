/** Where a run's results go: a person's terminal or newline JSON. */
import type { ActionwireMessage } from '../core/types.js';
import type { MeterReading } from '../core/meter.js';

export interface Output {
  /** A plain remark to a person (addresses, model); newline JSON puts it on standard error. */
  note(line: string): void;
  message(message: ActionwireMessage): void;
  /** Refreshes the live status; called about twice a second. */
  readings(readings: readonly MeterReading[]): void;
  close(): void;
}
