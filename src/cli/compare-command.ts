/** `actionwire model compare <source>`: how far other modes and precisions are from exact fp32 on the user's own video. */
import { Command, Option } from 'commander';
import { compareWays, type Comparison } from '../compare.js';
import { parseConfig } from '../config.js';
import { ActionwireError } from '../core/errors.js';
import { providerChoices } from '../infer/index.js';
import { parseWays } from '../ways.js';
import { comparisonTable } from './comparison-table.js';
import { defined, number, readLabels } from './options.js';
import { interruptSignal } from './signals.js';

interface CompareFlags {
  against: string;
  model?: string;
  labels?: string;
  fps?: number;
  stride?: number;
  provider?: string;
  threads?: number;
  windows?: number;
  json?: boolean;
}

export function compareCommand(): Command {
  return new Command('compare')
    .summary('compare modes and precisions on a recording')
    .description(
      'Scores every window of a recording as the model was trained (exact, fp32) and in other ways, and prints how often\n' +
        'each names the same label, how far its probabilities are apart, and what a stride costs.\n' +
        'Ctrl-C stops early and prints what was compared so far.',
    )
    .argument('<source>', 'a video file')
    .option('--against <ways>', 'modes, precisions or both, as in streaming,int8,streaming+int8', 'streaming')
    .option('--model <dir|id>', 'X-CLIP folder, or the id of a pulled model (default: the bundled xclip-mini)')
    .option(
      '--labels <list|file|set>',
      '"a,b,c", a text or JSON file, or the name of a set, as for `run` (default: the model’s own)',
    )
    .option('--fps <n>', 'frames per second sampled for the model (default: the model’s own)', number)
    .option('--stride <frames>', 'frames between two windows (default: the model’s own)', number)
    .addOption(new Option('--provider <name>', 'where inference runs').choices(providerChoices).default('auto'))
    .option('--threads <n>', 'threads of one inference (default: chosen from the cores)', number)
    .option('--windows <n>', 'stop after so many windows (default: at the end)', number)
    .option('--json', 'as JSON')
    .action(async (source: string, flags: CompareFlags) => {
      const { signal, dispose } = interruptSignal();
      try {
        const comparison: Comparison = await compareWays({ ...optionsFrom(source, flags), signal });
        process.stdout.write(
          flags.json === true ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonTable(comparison),
        );
      } finally {
        dispose();
      }
    });
}

/** The options that `run` has too are checked as there. @throws ActionwireError OPTION_INVALID */
function optionsFrom(source: string, flags: CompareFlags): Parameters<typeof compareWays>[0] {
  const { windows } = flags;
  if (windows !== undefined && !(Number.isInteger(windows) && windows >= 1)) {
    throw new ActionwireError('OPTION_INVALID', '--windows: expected a whole number of at least 1');
  }
  const config = parseConfig({
    sources: [source],
    mode: 'replay',
    server: false,
    ...defined({
      labels: flags.labels === undefined ? undefined : readLabels(flags.labels),
      fps: flags.fps,
      strideFrames: flags.stride,
      provider: flags.provider,
      threads: flags.threads,
    }),
  });
  const { labels, fps, strideFrames, provider, threads } = config;
  return {
    source,
    modelDir: flags.model,
    model: defined({ labels, fps, strideFrames }),
    engine: { provider, threads },
    against: parseWays(flags.against),
    ...defined({ maxWindows: windows }),
  };
}
