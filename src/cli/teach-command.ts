/** `actionwire model teach <name> [folder]`: a few clips of each action become a small file that `run` and `eval` use. */
import { Command, Option } from 'commander';
import { providerChoices } from '../infer/index.js';
import { collect, decoderMemoryOption, number } from './options.js';
import { teach, type TeachFlags } from './teach-session.js';

export function teachCommand(): Command {
  return new Command('teach')
    .summary('teach actions by a few clips of each')
    .description(
      'Keeps the video embeddings of a few clips of each action in a small file, without training (Tip-Adapter, arXiv 2111.03930).\n' +
        'Use it with `run --taught <file>` or `eval --taught <file>`. docs/teach.md tells what it is good for.',
    )
    .argument('<name>', 'what the file is called: <name>.taught.json, unless --out says where')
    .argument('[folder]', 'a folder with a folder of clips for each label, or a "path label" list')
    .option('--class <label=clip,clip>', 'clips of one label (repeatable)', collect)
    .option('--out <file>', 'the file to write')
    .option('--add <file>', 'begin with what this file holds; a clip that it has already is not kept twice')
    .option('--views <n>', 'views in time of each clip', number, 1)
    .option('--labels <list|file|set>', 'labels that they will be told from (default: the model’s own)')
    .optionsGroup('Inference:')
    .option('--model <dir|id>', 'X-CLIP folder, or the id of a pulled model (default: the bundled xclip-mini)')
    .addOption(new Option('--provider <name>', 'where inference runs').choices(providerChoices).default('auto'))
    .option('--threads <n>', 'threads of one inference (default: chosen from the cores)', number)
    .addOption(decoderMemoryOption())
    .action((name: string, folder: string | undefined, flags: TeachFlags) => teach(name, folder, flags));
}
