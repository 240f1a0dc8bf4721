import { describe, expect, test } from 'vitest';
import { ActionwireError } from '../../src/core/errors.js';
import { defaultActionOptions, resolveActionOptions } from '../../src/events/index.js';
import { thresholdsOf } from '../../src/events/options.js';

function faultOf(...args: Parameters<typeof resolveActionOptions>): ActionwireError {
  try {
    resolveActionOptions(...args);
  } catch (error) {
    if (error instanceof ActionwireError) return error;
  }
  throw new Error('was accepted');
}

describe('resolveActionOptions', () => {
  test('the user wins over the model, the model over the defaults; undefined keeps what was there', () => {
    const options = resolveActionOptions({ enter: 0.8 }, { enter: 0.6, exit: 0.4 });
    expect(options).toEqual({ ...defaultActionOptions, enter: 0.8, exit: 0.4 });
    expect(resolveActionOptions(JSON.parse('{}') as object, { enter: undefined } as never).enter).toBe(0.5);
  });

  test.each([
    [{ enter: 1.5 }, 'enter'],
    [{ enter: Number.NaN }, 'enter'],
    [{ smoothingMs: -1 }, 'smoothingMs'],
    [{ minDurationMs: Number.POSITIVE_INFINITY }, 'minDurationMs'],
    [{ referencePoint: 2 }, 'referencePoint'],
    [{ topCount: 0 }, 'topCount'],
    [{ labels: { walk: { enter: -1 } } }, 'labels.walk.enter'],
    [{ treshold: 1, enter: 0.5 }, 'treshold'],
  ])('%j is refused with the field named and the ranges listed', (options, field) => {
    const fault = faultOf(options);
    expect(fault.code).toBe('OPTION_INVALID');
    expect(fault.message).toContain(field);
    expect(fault.hint).toContain('0 to 600000');
  });

  test('exit above enter is refused, for all labels and for one', () => {
    expect(faultOf({ enter: 0.3, exit: 0.4 }).message).toContain('exit 0.4 is above enter 0.3');
    expect(faultOf({ labels: { walk: { enter: 0.2 } } }).message).toContain(
      'labels.walk: exit 0.35 is above enter 0.2',
    );
  });

  test('a label the model does not have is refused', () => {
    expect(faultOf({ backgroundLabels: ['idel'] }, {}, ['idle', 'walk']).message).toContain('"idel"');
    expect(faultOf({ labels: { wlak: {} } }, {}, ['idle', 'walk']).message).toContain('"wlak"');
  });
});

test('thresholdsOf: overrides only what is overridden, also for labels named like object members', () => {
  const options = resolveActionOptions({ labels: { walk: { enter: 0.9 } } });
  expect(thresholdsOf(options, 'walk')).toEqual({ enter: 0.9, exit: 0.35, minDurationMs: 500, gapToleranceMs: 700 });
  expect(thresholdsOf(options, 'constructor').enter).toBe(0.5);
});
