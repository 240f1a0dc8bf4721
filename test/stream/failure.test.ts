import { describe, expect, it } from 'vitest';
import { errorCatalogue } from '../../src/core/error-catalogue.js';
import { failureCode, failureKinds, retryAfter, type RetryContext } from '../../src/stream/failure.js';

const camera: RetryContext = { endless: true, attached: false, mode: 'live', everLive: true, crashes: 1 };
const recording: RetryContext = { ...camera, endless: false };
const decisions = (context: RetryContext) =>
  Object.fromEntries(failureKinds.map((kind) => [kind, retryAfter(kind, context)]));

describe('retryAfter', () => {
  it('of a camera', () => {
    expect(decisions(camera)).toEqual({
      auth: 'slowly',
      'not-found': 'slowly',
      unreachable: 'soon',
      timeout: 'soon',
      stalled: 'soon',
      codec: 'slowly',
      corrupt: 'soon',
      ended: 'soon',
      crashed: 'soon',
      unsupported: 'slowly',
      untrusted: 'slowly',
      hwaccel: 'slowly',
      forbidden: 'slowly',
      memory: 'slowly',
    });
  });

  it('of a camera that never showed anything this build can read', () => {
    expect(decisions({ ...camera, everLive: false })).toMatchObject({
      codec: 'no',
      unsupported: 'no',
      hwaccel: 'no',
      auth: 'slowly',
      untrusted: 'slowly',
    });
  });

  it('of a webcam that was never there', () => {
    expect(retryAfter('not-found', { ...camera, attached: true, everLive: false })).toBe('no');
    expect(retryAfter('not-found', { ...camera, attached: true })).toBe('slowly');
  });

  it('of a recording: only a dead decoder, and not for ever', () => {
    const { crashed, ...others } = decisions(recording);
    expect(crashed).toBe('soon');
    expect(new Set(Object.values(others))).toEqual(new Set(['no']));
    expect(retryAfter('crashed', { ...recording, crashes: 3 })).toBe('no');
  });

  it('of a replay: never', () => {
    expect(new Set(Object.values(decisions({ ...camera, mode: 'replay' })))).toEqual(new Set(['no']));
  });
});

it('every kind has a code of its own in the catalogue', () => {
  const codes = failureKinds.map(failureCode);
  expect(new Set(codes).size).toBe(failureKinds.length);
  for (const code of codes) expect(errorCatalogue).toHaveProperty(code);
});
