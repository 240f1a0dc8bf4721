import { describe, expect, it } from 'vitest';
import { confusionSvg } from '../../src/evaluate/confusion-svg.js';

const confusion = {
  labels: ['run', 'jump <&> "high"'],
  counts: [
    [3, 1],
    [0, 2],
  ],
};

describe('confusionSvg', () => {
  const svg = confusionSvg(confusion, 'model & list');

  it('is one well-formed picture whose texts are escaped', () => {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+" height="\d+"/);
    expect(svg).toContain('>model &amp; list<');
    expect(svg).toContain('jump &lt;&amp;&gt; &quot;high&quot;');
    expect(balanced(svg)).toBe(true);
  });

  it('has a cell for each count but zero, shaded by its share of the row', () => {
    const cells = [...svg.matchAll(/<title>(.*?)<\/title><rect x="(\d+)" y="(\d+)".*?fill-opacity="([\d.]+)"/g)];
    expect(cells.map(([, tip, x, y, opacity]) => [tip, x, y, opacity])).toEqual([
      ['run recognised as run: 3 of 4', '0', '0', '0.780'],
      ['run recognised as jump &lt;&amp;&gt; &quot;high&quot;: 1 of 4', '22', '0', '0.340'],
      [
        'jump &lt;&amp;&gt; &quot;high&quot; recognised as jump &lt;&amp;&gt; &quot;high&quot;: 2 of 2',
        '22',
        '22',
        '1.000',
      ],
    ]);
  });

  it('leaves the numbers out where they could not be read', () => {
    const labels = Array.from({ length: 101 }, (_, i) => `label ${i}`);
    const counts = labels.map((_, row) => labels.map((__, column) => (row === column ? 7 : 0)));
    const large = confusionSvg({ labels, counts }, 'large');
    expect(large).not.toContain('>7</text>');
    expect(large.match(/<title>/g)).toHaveLength(101);
  });
});

/** Every element that is opened is closed, in order. */
function balanced(xml: string): boolean {
  const open: string[] = [];
  for (const [, end, name, selfClosed] of xml.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (end === '/' && open.pop() !== name) return false;
    if (end === '' && selfClosed === '') open.push(name!);
  }
  return open.length === 0;
}
