/** Expects a promise to fail with an error that a user can act on: this code, this message, an ActionwireError. */
import { expect } from 'vitest';
import type { ErrorCode } from '../../../src/core/error-catalogue.js';
import { ActionwireError } from '../../../src/core/errors.js';

export async function rejects(promise: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ActionwireError);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
}
