/** `actionwire expect <golden> <source...>`: replays recordings and compares the events with a golden log, or writes it. */
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { Command, Option } from 'commander';
import { collectEvents } from '../collect-events.js';
import type { Config } from '../config.js';
import { ActionwireError } from '../core/errors.js';
import { writeAtomically } from '../core/write-atomically.js';
import { logLevels } from '../log.js';
import { compareEvents, readEventLog } from '../replay/index.js';
import { tellComparison } from './diff-command.js';
import { jsonOutput } from './json-lines.js';
import { configFrom, withRecognitionOptions, type RunFlags } from './options.js';
import { interruptSignal } from './signals.js';
import { tolerancesFrom, withToleranceOptions, type ToleranceFlags } from './tolerance-options.js';

type ExpectFlags = RunFlags & ToleranceFlags & { update?: boolean };

export function expectCommand(): Command {
  const command = new Command('expect')
    .summary('check recordings against a golden event log')
    .description(
      'Replays recordings and compares the events with a golden log: a regression test in one line.\n' +
        'Exit codes: 0 as expected within the tolerances, 1 different or failed, 2 the golden log cannot be read.',
    )
    .argument('<golden>', 'event log to compare with (newline JSON)')
    .argument('<source...>', 'files; prefix "name=" gives one a name, as in front=clip.mp4')
    .option('--update', 'write the golden log instead of comparing');
  return withToleranceOptions(withRecognitionOptions(command))
    .optionsGroup('Output:')
    .option('--json', 'the comparison as JSON')
    .addOption(
      new Option('--log-level <level>', 'structured logs on standard error').choices(logLevels).default('warn'),
    )
    .action(async (golden: string, sources: string[], flags: ExpectFlags) => {
      const tolerances = tolerancesFrom(flags);
      const config = configFrom(sources, { ...flags, replay: true, server: false });
      const { signal, dispose } = interruptSignal();
      try {
        if (flags.update === true) await update(golden, config, signal);
        else {
          const expected = await readEventLog(golden);
          tellComparison(compareEvents(expected, await collectEvents(config, signal), tolerances), flags.json === true);
        }
      } catch (error) {
        // A check that was interrupted has not passed.
        if (!signal.aborted) throw error;
        process.exitCode = 130;
      } finally {
        dispose();
      }
    });
}

/** Events are few, so they are kept until all are there: the old log stays unless the new one is whole. */
async function update(golden: string, config: Config, signal: AbortSignal): Promise<void> {
  const unwritable = (cause: unknown): never => {
    throw new ActionwireError('EVENT_LOG_UNREADABLE', `${golden} cannot be written`, {
      cause,
      hint: 'Check that its folder exists and may be written to.',
    });
  };
  await access(dirname(golden), constants.W_OK).catch(unwritable);
  const lines: string[] = [];
  const file = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const output = jsonOutput(file, { scores: false, lossless: true });
  const { actions } = await collectEvents(config, signal, { told: (message) => output.message(message) });
  await writeAtomically(golden, lines.join('')).catch(unwritable);
  process.stdout.write(`${golden}: ${actions.length} ${actions.length === 1 ? 'action' : 'actions'} written\n`);
}
