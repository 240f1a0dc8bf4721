/** docs/errors.md and the code's catalogue must say the same, both ways; every code must be thrown or reported somewhere. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCatalogue } from '../../src/core/error-catalogue.js';

const documented = new Map(
  readFileSync('docs/errors.md', 'utf8')
    .split('\n')
    .map((line) => /^\| `([A-Z_]+)` \| (.*) \| (.*) \|$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => [match[1], { summary: match[2], hint: match[3] }]),
);

describe('the error catalogue', () => {
  it('is documented code for code, word for word', () => {
    expect(Object.fromEntries(documented)).toEqual(errorCatalogue);
  });

  it('has every code that a page names', () => {
    const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'README.md', 'docs/*.md'], {
      encoding: 'utf8',
    });
    const families = new Set(Object.keys(errorCatalogue).map((code) => code.split('_')[0]));
    const unknown = pages
      .trim()
      .split('\n')
      .flatMap((page) => readFileSync(page, 'utf8').match(/\b[A-Z]+_[A-Z_]*[A-Z]\b/g) ?? [])
      .filter((word) => families.has(word.split('_')[0]) && !Object.hasOwn(errorCatalogue, word));
    expect(unknown).toEqual([]);
  });

  it('has no code that nothing uses', () => {
    const source = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'src'], { encoding: 'utf8' })
      .split('\n')
      .filter((file) => file.endsWith('.ts') && !file.includes('error-catalogue'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const unused = Object.keys(errorCatalogue).filter((code) => !source.includes(`'${code}'`));
    expect(unused).toEqual([]);
  });
});
