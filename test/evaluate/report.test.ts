import { describe, expect, it } from 'vitest';
import type { ClipOutcome } from '../../src/evaluate/index.js';
import { buildReport, planProtocol, reportText } from '../../src/evaluate/index.js';
import { result } from './support/results.js';

const preparation = { shortestEdge: 224, cropWidth: 224, cropHeight: 224, resample: 'bilinear' } as const;
const protocol = planProtocol(
  { name: 'videox', clips: 4, crops: 3, seed: 0, frameStep: 1 },
  { frameCount: 32, preparation },
);
const subject = { model: 'm', list: 'l.txt', format: 'list', listed: 6, labels: ['run', 'jump'], protocol };
const outcomes: ClipOutcome[] = [
  result('a', 'run', 'run', 0),
  result('b', 'run', 'jump', 1),
  result('c', 'jump', 'jump', 0),
  { kind: 'unreadable', path: 'd', label: 'jump', code: 'SOURCE_CORRUPT', message: 'It is damaged.' },
];

describe('the report', () => {
  const report = buildReport(subject, outcomes);

  it('counts what was evaluated, what could not be read and what was not reached', () => {
    expect(report).toMatchObject({ listed: 6, evaluated: 3, remaining: 2, top1: 2 / 3, labels: 2 });
    expect(report.unreadable).toEqual([{ path: 'd', code: 'SOURCE_CORRUPT', message: 'It is damaged.' }]);
    expect(report.protocol).toMatchObject({ name: 'videox', frames: 32, clips: 4, crops: 3, shortestEdge: 224 });
  });

  it('tells a person the same', () => {
    expect(reportText(report).split('\n')).toEqual([
      'm on l.txt (list), protocol videox: 32 frames, 4 clips x 3 crops, 2 labels',
      '3 of 6 clips evaluated; 1 could not be read, 2 not reached',
      '',
      'top-1             66.7 %',
      'top-5            100.0 %',
      'mean class top-1  75.0 %',
      '',
      'class  clips    top-1    top-5  mostly taken for',
      'run        2   50.0 %  100.0 %  jump (1)',
      'jump       1  100.0 %  100.0 %',
      '',
      'unreadable: d: It is damaged. [SOURCE_CORRUPT]',
      '',
    ]);
  });
});
