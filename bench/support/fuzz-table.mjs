/** Sums up what became of damaged recordings: a row for each container, and one for all. */

/**
 * @param {{container: string, outcome: string, code?: string, ms: number, mib: number}[]} files
 * @returns {Record<string, Record<string, number>>}
 */
export function fuzzTable(files) {
  const containers = [...new Set(files.map((file) => file.container))].sort();
  const rows = containers.map((name) => [name, row(files.filter(({ container }) => container === name))]);
  return Object.fromEntries([...rows, ['all', row(files)]]);
}

function row(files) {
  return {
    files: files.length,
    ...counts(files.map(({ outcome, code }) => code ?? outcome)),
    'slowest ms': Math.max(...files.map(({ ms }) => ms)),
    'highest MiB': Math.max(...files.map(({ mib }) => mib)),
  };
}

/** @param {string[]} words @returns {Record<string, number>} 'ended' first */
function counts(words) {
  const found = { ended: 0 };
  for (const word of words) found[word] = (found[word] ?? 0) + 1;
  return found;
}
