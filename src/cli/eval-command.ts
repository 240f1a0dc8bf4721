/** `actionwire eval <list>`: how often a model is right about labelled clips, by the published protocols. */
import { Command, Option } from 'commander';
import { listFormats, protocolNames } from '../evaluate/index.js';
import { providerChoices } from '../infer/index.js';
import { evalSettings, type EvalFlags } from './eval-options.js';
import { runEvaluation } from './eval-session.js';
import { decoderMemoryOption, number, precisionOption } from './options.js';

export function evalCommand(): Command {
  return new Command('eval')
    .summary('measure a model on labelled clips')
    .description(
      'Scores every clip of a list and prints top-1, top-5, the accuracy of each class and, on request, a confusion matrix.\n' +
        'A clip that cannot be read is named and left out. docs/evaluation.md tells the protocols.',
    )
    .argument(
      '<list>',
      '"path label" lines, a UCF101 or HMDB51 split file, HMDB51’s folder of them, or a folder for each class',
    )
    .optionsGroup('Clips and labels:')
    .addOption(new Option('--format <name>', 'what the list is (default: told by the files)').choices(listFormats))
    .option('--root <dir>', 'folder that the paths of the list begin at (default: the list’s own)')
    .option('--split <n>', 'HMDB51 by its folder: which split', number, 1)
    .option(
      '--labels <which>',
      'what to choose from: "model", "dataset", "a,b,c", a text or JSON file, or a set (default: dataset for UCF101 and HMDB51, else model)',
    )
    .option('--taught <file>', 'also use what `model teach` wrote to this file')
    .option('--map <file>', 'JSON object that translates labels of the list: {"hug": "hugging"}')
    .optionsGroup('Protocol:')
    .addOption(
      new Option('--protocol <name>', 'how pictures are chosen and cut').choices(protocolNames).default('videox'),
    )
    .option('--clips <n>', 'views in time, averaged', number, 1)
    .addOption(new Option('--crops <n>', 'views in space, averaged').choices(['1', '3']).default('1'))
    .option('--seed <n>', 'of what is random in the protocol', number, 0)
    .option('--frame-step <n>', 'huggingface only: pictures from one frame to the next', number, 1)
    .optionsGroup('Inference:')
    .option('--model <dir|id>', 'X-CLIP folder, or the id of a pulled model (default: the bundled xclip-mini)')
    .addOption(new Option('--provider <name>', 'where inference runs').choices(providerChoices).default('auto'))
    .addOption(precisionOption())
    .option('--threads <n>', 'threads of one inference (default: chosen from the cores)', number)
    .addOption(decoderMemoryOption())
    .optionsGroup('Output:')
    .option('--resume <file>', 'keep finished clips in this JSONL file, and skip those already in it')
    .option('--confusion <file>', 'write the confusion matrix as an SVG picture')
    .option('--json', 'the report as one JSON object')
    .action((list: string, flags: EvalFlags) => runEvaluation(evalSettings(list, flags)));
}
