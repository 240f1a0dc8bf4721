/** `actionwire eval-events <recording...>`: replays recordings and says how well the events fit what they really show. */
import { Command, Option } from 'commander';
import { collectEvents } from '../collect-events.js';
import { ActionwireError } from '../core/errors.js';
import { eventReport, type JudgedStream, type Segment, type ToldAction } from '../events/index.js';
import { logLevels } from '../log.js';
import { nameSources } from '../source-names.js';
import { eventReportText } from './event-report-text.js';
import { configFrom, number, withRecognitionOptions, type RunFlags } from './options.js';
import { interruptSignal } from './signals.js';
import { readTruth, truthPathOf } from './truth-file.js';

type EvalEventsFlags = RunFlags & { minF1?: number };

export function evalEventsCommand(): Command {
  const command = new Command('eval-events')
    .summary('how well the events of recordings fit what they show')
    .description(
      'Replays recordings and compares their events with the truth beside each: clip.mp4 has clip.truth.json,\n' +
        '{"segments": [{"label": "waving", "fromMs": 1200, "toMs": 4000}, ...]}. Actions of the background are left out.',
    )
    .argument('<recording...>', 'files; prefix "name=" gives one a name, as in front=clip.mp4');
  return withRecognitionOptions(command)
    .optionsGroup('Output:')
    .option('--min-f1 <0..1>', 'exit with 1 when F1 at an overlap of 0.5 is below', number)
    .option('--json', 'the report as JSON')
    .addOption(
      new Option('--log-level <level>', 'structured logs on standard error').choices(logLevels).default('warn'),
    )
    .action(evaluateEvents);
}

async function evaluateEvents(recordings: string[], flags: EvalEventsFlags): Promise<void> {
  const { minF1 = 0 } = flags;
  if (!(minF1 >= 0 && minF1 <= 1))
    throw new ActionwireError('OPTION_INVALID', '--min-f1: expected a number from 0 to 1');
  const config = configFrom(recordings, { ...flags, replay: true, server: false });
  const truths = new Map<string, readonly Segment[]>();
  for (const { id, url } of nameSources(config.sources)) truths.set(id, await readTruth(truthPathOf(url)));
  const { signal, dispose } = interruptSignal();
  try {
    const toldMs = new Map<string, number>();
    let background: readonly string[] = [];
    const { actions } = await collectEvents(config, signal, {
      opened: (app) => (background = app.backgroundLabels),
      told: (message) => {
        if (message.kind !== 'event' || message.event.type !== 'action.started') return;
        toldMs.set(message.event.id, message.event.decidedAtMs);
      },
    });
    const streams = [...truths].map(([id, truth]): JudgedStream => {
      const own = actions.filter(({ streamId }) => streamId === id);
      return { truth, actions: own.map((action): ToldAction => ({ ...action, toldMs: toldMs.get(action.id) ?? NaN })) };
    });
    const report = eventReport(streams, background);
    if (report.overall[0]?.truths === 0) {
      throw new ActionwireError(
        'TRUTH_INVALID',
        'No recording shows an action other than the background: nothing to measure',
      );
    }
    process.stdout.write(flags.json === true ? `${JSON.stringify(report, null, 2)}\n` : eventReportText(report));
    const f1 = report.overall.find(({ minIou }) => minIou === 0.5)?.f1 ?? 0;
    if (f1 < minF1) process.exitCode = 1;
  } catch (error) {
    // A check that was interrupted has not passed.
    if (!signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    dispose();
  }
}
