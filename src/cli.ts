#!/usr/bin/env node
/** The command line: `actionwire run | demo | eval | eval-events | replay | diff | expect | model inspect | model compare | model pull | model teach`. Exit codes: 0 done or interrupted, 1 the run or one of its streams failed, 2 misuse, 130 interrupted twice. */
import { Command, CommanderError } from 'commander';
import { demoCommand } from './cli/demo-command.js';
import { diffCommand } from './cli/diff-command.js';
import { evalCommand } from './cli/eval-command.js';
import { evalEventsCommand } from './cli/eval-events-command.js';
import { expectCommand } from './cli/expect-command.js';
import { modelCommand } from './cli/model-command.js';
import { watchReader } from './cli/reader-gone.js';
import { replayCommand } from './cli/replay-command.js';
import { runCommand } from './cli/run-command.js';
import type { ErrorCode } from './core/error-catalogue.js';
import { asActionwireError } from './core/errors.js';
import { redactText, urlSecrets } from './core/redact.js';
import { version } from './core/version.js';

const EXIT_MISUSE = 2;

/** A log that cannot be read is no difference: whoever compares must be able to tell the two apart. */
const MISUSES: ReadonlySet<string> = new Set<ErrorCode>([
  'OPTION_INVALID',
  'SOURCE_INVALID',
  'EVENT_LOG_UNREADABLE',
  'EVENT_LOG_INVALID',
  'TRUTH_INVALID',
]);

function program(): Command {
  return new Command('actionwire')
    .description('Recognises human actions in live video with X-CLIP and reports them as events.')
    .version(version)
    .addCommand(runCommand())
    .addCommand(demoCommand())
    .addCommand(evalCommand())
    .addCommand(evalEventsCommand())
    .addCommand(modelCommand())
    .addCommand(replayCommand())
    .addCommand(diffCommand())
    .addCommand(expectCommand())
    .addHelpText(
      'after',
      `
Examples:
  actionwire demo                                     the bundled clip, as a live stream
  actionwire run rtsp://user:password@camera/stream   a camera; open http://127.0.0.1:8787/ to watch
  actionwire run webcam:0 --labels "waving,clapping"  your webcam, your own words
  actionwire run clip.mp4 --replay --json             a recording, as fast as possible, events as JSON
  actionwire replay clip.mp4 --speed 4                a recording as if it were live, for your dashboard`,
    );
}

/** Everything inherits these: errors are thrown, not exited on, and unknown words get a suggestion. */
function strict(command: Command): Command {
  command.exitOverride().showSuggestionAfterError(true).allowExcessArguments(false);
  command.configureOutput({ outputError: () => undefined });
  command.commands.forEach((child) => strict(child));
  return command;
}

/** A source given in the place of a command. */
const SOURCE_LIKE = /[:=./\\]/;

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const message = error.message
      .replace(/^error: /, '')
      .replaceAll('\n', ' ')
      .replace(/\.+$/, '');
    const forgotten = error.code === 'commander.unknownCommand' && SOURCE_LIKE.test(message);
    const advice = forgotten ? 'Did you mean `actionwire run <source>`? ' : '';
    if (error.code !== 'commander.help') complain(`${message}. ${advice}See: actionwire --help`);
    return EXIT_MISUSE;
  }
  const failure = asActionwireError(error);
  complain(`${failure.message.replace(/\.$/, '')}. ${failure.hint} [${failure.code}]`);
  return MISUSES.has(failure.code) ? EXIT_MISUSE : 1;
}

/** One line on standard error, without the credentials that the command line may hold. */
function complain(text: string): void {
  const urls = process.argv.map((word) => word.slice(Math.max(0, word.search(/[a-z][a-z0-9+.-]*:\/\//i))));
  process.stderr.write(`actionwire: ${redactText(text, urls.flatMap(urlSecrets))}\n`);
}

watchReader(process.stdout);
try {
  await strict(program()).parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
