/** Tells the loss of one window, after which the engine goes on, from every other failure. */
import { ActionwireError } from '../core/errors.js';

export function isLostWindow(error: unknown): boolean {
  return error instanceof ActionwireError && error.code === 'INFERENCE_WORKER_CRASHED';
}
