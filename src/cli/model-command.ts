/** `actionwire model pull`, `model compare`, `model teach` and `model inspect <dir>`: what a checkpoint folder holds, without loading its weights. */
import { Command } from 'commander';
import { describeCheckpoint, openCheckpoint, openTokenizer } from '../checkpoint/index.js';
import { findModel } from '../find-model.js';
import { compareCommand } from './compare-command.js';
import { pullCommand } from './pull-command.js';
import { teachCommand } from './teach-command.js';

export function modelCommand(): Command {
  const inspect = new Command('inspect')
    .summary('say what a Hugging Face X-CLIP folder holds')
    .description(
      'Validates a Hugging Face X-CLIP folder and prints its sizes, cost and preprocessing. Weights are not loaded.',
    )
    .argument(
      '<dir>',
      'folder with config.json, preprocessor_config.json, tokenizer files and weights, or the id of a pulled model',
    )
    .option('--json', 'as JSON')
    .action(async (model: string, flags: { json?: boolean }) => {
      const dir = await findModel(model);
      const { vocabularySize, maxLength } = await openTokenizer(dir);
      const description = {
        ...describeCheckpoint(await openCheckpoint(dir)),
        tokenizer: { vocabularySize, maxLength },
      };
      process.stdout.write(
        flags.json === true ? `${JSON.stringify(description, null, 2)}\n` : `${table(description)}\n`,
      );
    });
  return new Command('model')
    .summary('fetch and look at models')
    .description('Fetches X-CLIP checkpoints, looks at them, compares ways to run them and teaches them actions.')
    .addCommand(inspect)
    .addCommand(compareCommand())
    .addCommand(pullCommand())
    .addCommand(teachCommand());
}

/** Nested values as aligned `a.b  value` lines. */
function table(value: object): string {
  const rows = flatten(value);
  const width = Math.max(...rows.map(([key]) => key.length));
  return rows.map(([key, text]) => `${key.padEnd(width)}  ${text}`).join('\n');
}

function flatten(value: object, prefix = ''): [key: string, text: string][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const name = prefix + key;
    if (Array.isArray(inner)) return [[name, inner.join(', ')]];
    if (typeof inner === 'object' && inner !== null) return flatten(inner, `${name}.`);
    return [
      [name, typeof inner === 'number' ? inner.toLocaleString('en', { maximumFractionDigits: 8 }) : (inner as string)],
    ];
  });
}
