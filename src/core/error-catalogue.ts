/**
 * The catalogue of error codes, one file for each part of the program: `summary` (what it means) and `hint` (what to do).
 * Codes are stable: never renamed, never reused. docs/errors.md repeats this table and a test compares both ways.
 */
import { checkpointErrors } from './error-catalogue/checkpoint.js';
import type { CatalogueEntry } from './error-catalogue/entry.js';
import { clientErrors } from './error-catalogue/client.js';
import { evaluateErrors } from './error-catalogue/evaluate.js';
import { httpErrors } from './error-catalogue/http.js';
import { inferErrors } from './error-catalogue/infer.js';
import { programErrors } from './error-catalogue/program.js';
import { pullErrors } from './error-catalogue/pull.js';
import { replayErrors } from './error-catalogue/replay.js';
import { streamErrors } from './error-catalogue/stream.js';
import { whipErrors } from './error-catalogue/whip.js';
import { wsErrors } from './error-catalogue/ws.js';

const catalogue = {
  ...programErrors,
  ...streamErrors,
  ...checkpointErrors,
  ...pullErrors,
  ...inferErrors,
  ...evaluateErrors,
  ...replayErrors,
  ...wsErrors,
  ...httpErrors,
  ...whipErrors,
  ...clientErrors,
};

export type ErrorCode = keyof typeof catalogue;

export const errorCatalogue: Readonly<Record<ErrorCode, CatalogueEntry>> = catalogue;
