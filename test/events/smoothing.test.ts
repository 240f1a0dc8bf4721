import { expect, test } from 'vitest';
import { MediaTimeAverage } from '../../src/events/smoothing.js';

function stepResponse(strideMs: number, atMs: number): number {
  const average = new MediaTimeAverage(400);
  average.push(Float32Array.of(0), 0);
  let value = 0;
  for (let now = strideMs; now <= atMs; now += strideMs) value = average.push(Float32Array.of(1), now)[0]!;
  return value;
}

test('reaches 63 % of a step after its time constant, whatever the stride', () => {
  for (const strideMs of [10, 50, 200, 400]) expect(stepResponse(strideMs, 400)).toBeCloseTo(1 - 1 / Math.E, 10);
});

test('the first values pass unchanged, also after a reset', () => {
  const average = new MediaTimeAverage(1000);
  expect([...average.push(Float32Array.of(0.25, 0.75), 5000)]).toEqual([0.25, 0.75]);
  average.reset();
  expect([...average.push(Float32Array.of(1, 0), 0)]).toEqual([1, 0]);
});

test('a time constant of 0 turns it off', () => {
  const average = new MediaTimeAverage(0);
  average.push(Float32Array.of(0), 0);
  expect(average.push(Float32Array.of(1), 0)[0]).toBe(1);
});

test('values that are rearranged keep their averages, and new ones pass unchanged first', () => {
  const average = new MediaTimeAverage(100);
  average.push(Float32Array.of(0.25, 0.75), 0);
  average.rearrange([1, -1]);
  expect([...average.push(Float32Array.of(0.75, 1), 50)]).toEqual([0.75, 1]);
});

test('what it returned earlier does not change later', () => {
  const average = new MediaTimeAverage(100);
  const first = average.push(Float32Array.of(1), 0);
  average.push(Float32Array.of(0), 1000);
  expect(first[0]).toBe(1);
});
