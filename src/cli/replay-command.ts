/** `actionwire replay <file...>`: plays recordings through the whole system, page and WebSocket included, on a virtual clock. */
import { Command } from 'commander';
import { ActionwireError } from '../core/errors.js';
import type { Speed } from '../replay/index.js';
import { configFrom, number, withOutputOptions, withRecognitionOptions, type RunFlags } from './options.js';
import { runSession } from './session.js';

type ReplayFlags = RunFlags & { speed: Speed };

export function replayCommand(): Command {
  const command = new Command('replay')
    .summary('play recordings through the whole system, at any speed')
    .description(
      'Plays recordings as if they were live, with the page and the WebSocket, so that dashboards and subscribers can be tried.\n' +
        'No window is dropped, and all times are media time: the events are the same to the byte at every speed.',
    )
    .argument('<source...>', 'files; prefix "name=" gives one a name, as in front=clip.mp4')
    .option('--speed <n|max>', 'media seconds per second, or as fast as the machine allows', speed, 1);
  return withOutputOptions(withRecognitionOptions(command)).action(async (sources: string[], flags: ReplayFlags) => {
    await runSession(configFrom(sources, { ...flags, replay: true }), flags);
  });
}

/** @throws ActionwireError OPTION_INVALID */
function speed(text: string): Speed {
  if (text === 'max') return text;
  const factor = number(text);
  if (factor >= 0.01 && factor <= 1000) return factor;
  throw new ActionwireError('OPTION_INVALID', '--speed: expected max or a number from 0.01 to 1000');
}
