/** Draws a confusion matrix as an SVG picture: a row for each true label, a column for each recognised one. */
import type { Confusion } from './metrics.js';

const cell = 22;
/** Width that a character of the label's font takes at most, pixels. */
const characterWidth = 7;
const margin = 12;
const titleHeight = 34;
/** With more labels than this, numbers in the cells could not be read. */
const maxLabelsWithCounts = 40;

/** Shades are shares of the row; empty cells are left out. The text of each cell is in its tooltip. */
export function confusionSvg({ labels, counts }: Confusion, title: string): string {
  const gutter = margin + characterWidth * Math.max(...labels.map((label) => label.length), 4);
  const side = cell * labels.length;
  const [left, top] = [gutter, titleHeight + gutter];
  const [width, height] = [left + side + margin, top + side + margin];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"` +
      ' font-family="sans-serif" font-size="12">',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${margin}" y="22" font-size="14">${escape(title)}</text>`,
    `<g transform="translate(${left} ${top})">`,
    ...labels.map((label, i) => rowName(label, i)),
    ...labels.map((label, i) => columnName(label, i)),
    ...cells({ labels, counts }),
    `<rect width="${side}" height="${side}" fill="none" stroke="#888"/>`,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function rowName(label: string, row: number): string {
  return `<text x="-6" y="${middle(row)}" text-anchor="end" dominant-baseline="central">${escape(label)}</text>`;
}

function columnName(label: string, column: number): string {
  const place = `translate(${middle(column)} -6) rotate(-90)`;
  return `<text transform="${place}" dominant-baseline="central">${escape(label)}</text>`;
}

function* cells({ labels, counts }: Confusion): Generator<string> {
  const withCounts = labels.length <= maxLabelsWithCounts;
  for (const [row, values] of counts.entries()) {
    const total = values.reduce((sum, value) => sum + value, 0);
    for (const [column, value] of values.entries()) {
      if (value === 0) continue;
      const share = value / total;
      const tip = `${labels[row] ?? ''} recognised as ${labels[column] ?? ''}: ${value} of ${total}`;
      yield `<g><title>${escape(tip)}</title>${box(row, column, share)}${withCounts ? count(row, column, value, share) : ''}</g>`;
    }
  }
}

/** Blue on the diagonal, red beside it. */
function box(row: number, column: number, share: number): string {
  const colour = row === column ? '#1f5fae' : '#b8341b';
  const place = `x="${column * cell}" y="${row * cell}" width="${cell}" height="${cell}"`;
  return `<rect ${place} fill="${colour}" fill-opacity="${(0.12 + 0.88 * share).toFixed(3)}"/>`;
}

function count(row: number, column: number, value: number, share: number): string {
  const place = `x="${middle(column)}" y="${middle(row)}" text-anchor="middle" dominant-baseline="central"`;
  return `<text ${place} font-size="10" fill="${share > 0.5 ? '#fff' : '#000'}">${value}</text>`;
}

const middle = (index: number): number => index * cell + cell / 2;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Also takes out control characters, which no XML may hold. */
function escape(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
