/** `actionwire run <source>...`: recognise actions in the named streams until they end or Ctrl-C. */
import { Command } from 'commander';
import { configFrom, withRunOptions, type RunFlags } from './options.js';
import { runSession } from './session.js';

export function runCommand(): Command {
  const command = new Command('run')
    .summary('recognise actions in one or more streams')
    .description('Recognises actions in one or more streams and reports them here, on a web page and on a WebSocket.')
    .argument('[source...]', 'streams; prefix "name=" gives one a name, as in front-door=rtsp://...')
    .option(
      '--replay',
      'files only: lossless, on a virtual clock, as fast as the machine allows, without a server; the same file gives the same events',
    )
    .addHelpText(
      'after',
      `
Sources:
  rtsp://user:password@host/path     a camera (--rtsp-transport tcp|udp)
  http://host/stream                 MJPEG, MP4 or HLS
  webcam:0  or  webcam:/dev/video0   a local camera
  clip.mp4  or  file:clip.mp4        a file, played at its own speed (--loop, --replay)
  whip:                              what a browser or OBS publishes to /whip/<name>
  test:                              a synthetic moving pattern`,
    );
  return withRunOptions(command).action(async (sources: string[], flags: RunFlags) => {
    await runSession(configFrom(sources, flags), flags);
  });
}
