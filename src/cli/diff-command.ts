/** `actionwire diff <expected> <actual>`: compares two event logs within tolerances. */
import { Command } from 'commander';
import { compareEvents, comparisonReport, readEventLog, type EventComparison } from '../replay/index.js';
import { tolerancesFrom, withToleranceOptions, type ToleranceFlags } from './tolerance-options.js';

export function diffCommand(): Command {
  const command = new Command('diff')
    .summary('compare two event logs within tolerances')
    .description(
      'Compares the actions, gaps and losses of two event logs, stream by stream and label by label.\n' +
        'Exit codes: 0 equal within the tolerances, 1 different, 2 a log cannot be read.',
    )
    .argument('<expected>', 'what `run <file> --replay --json` printed')
    .argument('<actual>', 'the same, of another run');
  return withToleranceOptions(command)
    .optionsGroup('Output:')
    .option('--json', 'the comparison as JSON')
    .action(async (expected: string, actual: string, flags: ToleranceFlags & { json?: boolean }) => {
      const tolerances = tolerancesFrom(flags);
      const [before, after] = [await readEventLog(expected), await readEventLog(actual)];
      tellComparison(compareEvents(before, after, tolerances), flags.json === true);
    });
}

/** Prints the comparison and makes the exit code that of a failed check when there are differences. */
export function tellComparison(comparison: EventComparison, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonReport(comparison));
  if (!comparison.equal) process.exitCode = 1;
}
