import { describe, expect, it } from 'vitest';
import { checkLabels } from '../../src/infer/labels.js';
import { isLabelSet, labelSetNames, parseLabels, readLabelSet } from '../../src/infer/label-sets.js';

describe('the label sets', () => {
  it.each([
    ['ucf101', 101, 'ApplyEyeMakeup', 'YoYo'],
    ['hmdb51', 51, 'brush hair', 'wave'],
    ['kinetics400', 400, 'abseiling', 'zumba'],
  ] as const)('%s has %d labels that can be scored', (name, count, first, last) => {
    const labels = readLabelSet(name);
    expect([labels.length, labels[0], labels.at(-1)]).toEqual([count, first, last]);
    expect(checkLabels(labels, name)).toEqual(labels);
    expect(labels.filter((label) => !/^[A-Za-z][A-Za-z' ()]*$/.test(label))).toEqual([]);
  });

  it('are known by their names alone', () => {
    expect(labelSetNames.every(isLabelSet)).toBe(true);
    expect(['UCF101', './ucf101', 'ucf', 'toString'].some(isLabelSet)).toBe(false);
  });

  it('hold class names at the numbers that the data sets give them', () => {
    expect(readLabelSet('ucf101')[62]).toBe('PlayingGuitar');
    expect(readLabelSet('hmdb51')[21]).toBe('kick');
    expect(readLabelSet('kinetics400')[339]).toBe('swimming backstroke');
  });
});

describe('a file of labels', () => {
  it('may have remarks, blank lines, a byte-order mark and Windows line ends', () => {
    expect(parseLabels('\uFEFF# people\r\n\r\n walking \r\nwaving')).toEqual(['walking', 'waving']);
  });
});
