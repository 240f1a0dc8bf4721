/** `actionwire demo`: the bundled clip as a live stream through the bundled model; what `npm start` runs. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import type { ActionwireMessage } from '../core/types.js';
import { matchEvents, type MatchReport, type Segment } from '../events/index.js';
import { demoClip, demoTruth } from '../paths.js';
import { configFrom, withRunOptions, type RunFlags } from './options.js';
import { runSession } from './session.js';

const truthSchema = z.object({
  segments: z.array(z.object({ label: z.string(), fromMs: z.number(), toMs: z.number() })),
});

const NO_ACTION = ['nothing happening'];

export function demoCommand(): Command {
  const command = new Command('demo')
    .summary('play the bundled clip through the bundled model')
    .description(
      'Plays the bundled clip as a live stream through the bundled model, again and again until Ctrl-C.\n' +
        'With --once it plays once and compares the events with what the clip really shows.',
    )
    .option('--once', 'play once, then compare the events with the truth and exit')
    .option('--replay', 'with --once: as fast as the machine allows');
  return withRunOptions(command).action(async (flags: RunFlags & { once?: boolean }) => {
    if (flags.replay === true && flags.once !== true) {
      throw new ActionwireError('OPTION_INVALID', '--replay needs --once: the demo otherwise plays again and again');
    }
    if (flags.once === true) await playOnce(flags);
    else await runSession(configFrom([demo], { ...flags, loop: true }), flags);
  });
}

const demo = `demo=${demoClip}`;

async function playOnce(flags: RunFlags): Promise<void> {
  const { segments } = truthSchema.parse(JSON.parse(await readFile(demoTruth, 'utf8')));
  const events: Segment[] = [];
  const { interrupted } = await runSession(configFrom([demo], flags), flags, (message: ActionwireMessage) => {
    if (message.kind === 'event' && message.event.type === 'action.ended') events.push(message.event);
  });
  if (flags.json === true || interrupted) return;
  process.stdout.write(verdict(matchEvents(segments, events, { ignoredLabels: NO_ACTION })));
}

function verdict({ precision, recall, matches, missed, spurious, medianOnsetDelayMs }: MatchReport): string {
  const list = (segments: readonly Segment[]): string =>
    segments.map(({ label, fromMs }) => `${label} (${(fromMs / 1000).toFixed(1)} s)`).join(', ') || 'none';
  return [
    '',
    `Against the truth (same label, IoU >= 0.5): ${matches.length} of ${matches.length + missed.length} actions found,` +
      ` precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}, median onset delay ${medianOnsetDelayMs === undefined ? 'none' : `${Math.round(medianOnsetDelayMs)} ms`}`,
    `missed: ${list(missed)}`,
    `spurious: ${list(spurious)}`,
    '',
  ].join('\n');
}
