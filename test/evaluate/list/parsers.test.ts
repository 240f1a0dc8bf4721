import { describe, expect, it } from 'vitest';
import { hmdbFile, parseHmdbSplit } from '../../../src/evaluate/list/hmdb51.js';
import { parsePathLabelList } from '../../../src/evaluate/list/path-label-list.js';
import { parseClassIndex, parseUcfSplit } from '../../../src/evaluate/list/ucf101.js';

const invalid = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'EVALUATION_LIST_INVALID', message: expect.stringMatching(message) as string });

describe('path label lines', () => {
  it('end the path at a tab, else at the first space', () => {
    const text = '\uFEFF# remark\r\na.mp4 nothing happening\r\n\r\n  b c.mp4\twaving  \nd.mp4   3\n';
    expect(parsePathLabelList(text, 'l.txt')).toEqual([
      { path: 'a.mp4', label: 'nothing happening' },
      { path: 'b c.mp4', label: 'waving' },
      { path: 'd.mp4', label: '3' },
    ]);
  });

  it('need a label; the error names the line', () => {
    expect(() => parsePathLabelList('a.mp4 x\n\nb.mp4\n', 'l.txt')).toThrow(invalid(/^l\.txt, line 3: .*"b\.mp4"$/));
  });
});

describe('UCF101', () => {
  const classes = parseClassIndex('1 ApplyEyeMakeup\r\n2 ApplyLipstick\r\n', 'classInd.txt');

  it('classInd.txt numbers the classes', () => {
    expect([...classes]).toEqual([
      [1, 'ApplyEyeMakeup'],
      [2, 'ApplyLipstick'],
    ]);
    expect(() => parseClassIndex('1 A\n1 B\n', 'classInd.txt')).toThrow(invalid(/line 2: .*twice/));
    expect(() => parseClassIndex('A\n', 'classInd.txt')).toThrow(invalid(/line 1/));
  });

  it('test lists name clips, train lists their class too', () => {
    const clip = 'ApplyLipstick/v_ApplyLipstick_g01_c01.avi';
    const expected = [{ path: clip, label: 'ApplyLipstick' }];
    expect(parseUcfSplit(`${clip}\r\n`, classes, 'testlist01.txt')).toEqual(expected);
    expect(parseUcfSplit(`${clip} 2\n`, classes, 'trainlist01.txt')).toEqual(expected);
  });

  it.each([
    ['Archery/v.avi', /no class "Archery"/],
    ['ApplyLipstick/v.avi 1', /number 1 to another class/],
    ['v.avi', /Class\/clip\.avi/],
  ])('refuses %j', (line, message) => {
    expect(() => parseUcfSplit(line, classes, 'testlist01.txt')).toThrow(invalid(message));
  });
});

describe('HMDB51', () => {
  it('the file name tells class and split', () => {
    expect(hmdbFile('brush_hair_test_split1.txt')).toEqual({ folder: 'brush_hair', split: 1 });
    expect(hmdbFile('readme.txt')).toBeUndefined();
  });

  it('only clips with tag 2 are for testing', () => {
    const text = 'April_09_brush_hair_u_nm_np1_ba_goo_0.avi 1 \nb (1).avi 2 \nc.avi 0 \n';
    expect(parseHmdbSplit(text, 'brush_hair', 'f')).toEqual([{ path: 'brush_hair/b (1).avi', label: 'brush hair' }]);
    expect(() => parseHmdbSplit('a.avi 3\n', 'brush_hair', 'f')).toThrow(invalid(/line 1/));
  });
});
