import { constants } from 'node:os';
import { AVERROR_INVALIDDATA } from 'node-av/constants';
import { expect, it } from 'vitest';
import { failureOf } from '../../../src/stream/child/averror.js';

const { errno } = constants;

it.each([
  ['data that is no video', AVERROR_INVALIDDATA, 'corrupt'],
  ['a damaged length that asks for too much memory', -errno.ENOMEM, 'corrupt'],
  ['a demuxer that has no better word', -errno.EPERM, 'corrupt'],
  ['a file that may not be read', -errno.EACCES, 'auth'],
  ['whatever is not in the list', -errno.EIO, 'unreachable'],
])('%s', (_what, code, kind) => {
  expect(failureOf(code)).toMatchObject({ kind, message: expect.stringMatching(/[a-z)]\.$/) as string });
});

it('says what FFmpeg says, where that does not mislead', () => {
  expect(failureOf(-errno.EIO).message).toBe('The source cannot be reached (Input/output error).');
  expect(failureOf(-errno.EPERM).message).toBe('The data is damaged, cut off or empty.');
});
