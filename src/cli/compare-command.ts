/** `actionwire model compare <source>`: how far streaming mode is from exact mode on the user's own video. */
import { Command, Option } from 'commander';
import { compareModes, type ModeComparison } from '../compare.js';
import { parseConfig } from '../config.js';
import { ActionwireError } from '../core/errors.js';
import type { InferenceMode } from '../core/model-info.js';
import { providerChoices } from '../infer/index.js';
import { defined, number, readLabels } from './options.js';
import { interruptSignal } from './signals.js';

interface CompareFlags {
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
    .summary('compare streaming mode with exact mode on a recording')
    .description(
      'Scores every window of a recording twice, from scratch (exact) and with every frame encoded once (streaming),\n' +
        'and prints how often both name the same label, how far their probabilities are apart, and what a stride costs.\n' +
        'Ctrl-C stops early and prints what was compared so far.',
    )
    .argument('<source>', 'a video file')
    .option('--model <dir>', 'Hugging Face X-CLIP folder (default: the bundled xclip-mini)')
    .option('--labels <list|file>', '"a,b,c", or a text file with one a line (default: the model’s own)')
    .option('--fps <n>', 'frames per second sampled for the model (default: the model’s own)', number)
    .option('--stride <frames>', 'frames between two windows (default: the model’s own)', number)
    .addOption(new Option('--provider <name>', 'where inference runs').choices(providerChoices).default('auto'))
    .option('--threads <n>', 'threads of one inference (default: chosen from the cores)', number)
    .option('--windows <n>', 'stop after so many windows (default: at the end)', number)
    .option('--json', 'as JSON')
    .action(async (source: string, flags: CompareFlags) => {
      const { signal, dispose } = interruptSignal();
      try {
        const comparison = await compareModes({ ...optionsFrom(source, flags), signal });
        process.stdout.write(flags.json === true ? `${JSON.stringify(comparison, null, 2)}\n` : table(comparison));
      } finally {
        dispose();
      }
    });
}

/** The options that `run` has too are checked as there. @throws ActionwireError OPTION_INVALID */
function optionsFrom(source: string, flags: CompareFlags): Parameters<typeof compareModes>[0] {
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
    ...defined({ maxWindows: windows }),
  };
}

/** What a person reads; all figures of streaming mode are against exact mode. */
export function table({ model, provider, frameCount, strideFrames, labels, agreement, cost }: ModeComparison): string {
  const ratio = cost.exact.medianMs / cost.streaming.medianMs;
  const rows = [
    ['mode', 'ms per stride, median', 'mean', 'top-1 agreement', 'mean |dp|', 'max |dp|', 'mean KL', 'max KL'],
    ['exact', ...costCells(cost, 'exact'), '-', '-', '-', '-', '-'],
    [
      'streaming',
      ...costCells(cost, 'streaming'),
      `${(100 * agreement.top1Agreement).toFixed(1)} %`,
      ...[agreement.meanDifference, agreement.maxDifference, agreement.meanKl, agreement.maxKl].map((x) =>
        x.toFixed(4),
      ),
    ],
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [
    `${model}, ${labels} labels, ${frameCount} frames every ${strideFrames}; ${provider}; ${agreement.windows} windows`,
    ...lines,
    `One stride costs 1/${ratio.toFixed(1)} of exact mode (medians). KL in nats, of streaming from exact.`,
    '',
  ].join('\n');
}

function costCells(cost: ModeComparison['cost'], mode: InferenceMode): string[] {
  return [cost[mode].medianMs.toFixed(1), cost[mode].meanMs.toFixed(1)];
}
