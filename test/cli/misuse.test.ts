/** Every misuse prints one clear line on standard error and exits non-zero; nothing goes to standard output. */
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';

/** What this platform's ONNX Runtime was not built with is refused before anything is read. */
const foreign = process.platform === 'darwin' ? 'dml' : 'coreml';
const foreignProvider = [
  ['run', 'test:', '--model', '/no/such/model'],
  ['demo'],
  ['eval', '/no/such/list.txt'],
  ['model', 'compare', 'clip.mp4'],
].map((args): [string[], RegExp] => [
  [...args, '--provider', foreign],
  new RegExp(`has no ${foreign}; it has cpu, .*\\[PROVIDER_UNAVAILABLE\\]`),
]);

const misuses: [args: string[], line: RegExp][] = [
  [['run'], /name at least one source.*\[OPTION_INVALID\]/],
  [['dance'], /unknown command 'dance'/],
  [['rum'], /unknown command 'rum'.*run/],
  [
    ['rtsp://joe:hunter2@host/x'],
    /unknown command 'rtsp:\/\/\*\*\*@host\/x'\. Did you mean `actionwire run <source>`\?/,
  ],
  [['run', '--fps', 'rtsp://joe:hunter2@host/x'], /"rtsp:\/\/\*\*\*@host\/x" is not a number/],
  [['run', 'my cam=rtsp://joe:hunter2@host/x'], /no known form.*\[SOURCE_INVALID\]/],
  [['run', 'rtsp://${ACTIONWIRE_NO_SUCH}@host/x'], /ACTIONWIRE_NO_SUCH.*not set.*\[SOURCE_INVALID\]/],
  [['run', 'test:', '--labels', 'nolabels.txt'], /no file "nolabels\.txt".*\[OPTION_INVALID\]/],
  [['run', 'test:', '--labels', 'waving'], /at least two.*\[MODEL_LABELS_INVALID\]/],
  [['run', 'test:', '--replay'], /files only, and "test" is a test source.*\[OPTION_INVALID\]/],
  [['demo', '--replay'], /--replay needs --once.*\[OPTION_INVALID\]/],
  [
    ['run', 'assets/demo.mp4', 'nothere.mp4', '--replay', '--json', '--fps', '2', '--stride', '20'],
    /1 of 2 streams failed; nothere: .*\[SOURCE_NOT_FOUND\]/,
  ],
  [['run', 'test:', '--frobnicate'], /unknown option '--frobnicate'/],
  [['run', 'test:', '--fps', 'many'], /"many" is not a number.*\[OPTION_INVALID\]/],
  [
    ['eval', 'list.txt', '--max-decoder-memory', '64'],
    /--max-decoder-memory: must be 0 or at least 200.*\[OPTION_INVALID\]/,
  ],
  [['run', 'test:', '--fps', '1000'], /--fps: .*60.*\[OPTION_INVALID\]/],
  [['run', 'test:', '--enter', '1.5'], /--enter: .*\[OPTION_INVALID\]/],
  [['run', 'test:', '--enter', '0.3', '--exit', '0.6'], /--exit: must not be above --enter/],
  [['run', 'clip.mp4', '--loop', '--replay'], /--loop: a looped replay would never end/],
  [['run', 'test:', '--port', '70000'], /--port: .*65535/],
  [['run', 'test:', '--provider', 'abacus'], /abacus.*auto, cuda, tensorrt, webgpu, coreml, dml, cpu/],
  ...foreignProvider,
  [['run', 'test:', '--max-windows', 'yrad=1'], /no stream is named "yrad"; there are test.*\[OPTION_INVALID\]/],
  [['run', 'test:', '--max-windows', '0'], /--max-windows: .*\[OPTION_INVALID\]/],
  [['run', 'test:', '--video-track', 'yrad=1'], /--video-track: no stream is named "yrad".*\[OPTION_INVALID\]/],
  [['run', 'test:', '--video-track', '0.5'], /--video-track: .*\[OPTION_INVALID\]/],
  [['run', 'test:', '--tls-ca', '/no/such/ca.pem'], /--tls-ca: .*\[OPTION_INVALID\]/],
  [['run', 'test:', '--hwaccel', 'abacus'], /--hwaccel.*vaapi/],
  [['run', 'test:', '--batch-wait', '500'], /--batch-wait: .*100.*\[OPTION_INVALID\]/],
  [['demo', '--once', '--replay', '--batch', '4'], /--batch: a replay scores each window alone.*\[OPTION_INVALID\]/],
  [['run', 'test:', '--batch', '2', '--precision', 'int8'], /--batch: in int8 each window is scored alone/],
  [['run', 'test:', '--allow-control', '--no-server'], /--allow-control: needs a server.*\[OPTION_INVALID\]/],
  [['run', 'gopher://example'], /gopher.*\[SOURCE_INVALID\]/],
  [['run', '/no/such/clip.mp4', '--json', '--no-server'], /clip: There is nothing .*\[SOURCE_NOT_FOUND\]/],
  [['run', 'test:', '--model', '/no/such/model'], /\/no\/such\/model.*\[MODEL_NOT_FOUND\]/],
  [['run', 'test:', '--labels', ' , '], /--labels/],
  [['run', 'test:', '--mode', 'lazy'], /lazy.*exact, streaming/],
  [['run', 'test:', '--precision', 'int4'], /int4.*fp32, fp16, int8/],
  [
    ['run', 'test:', '--precision', 'int8', '--provider', 'webgpu'],
    /int8 does not run on webgpu.*\[PRECISION_UNAVAILABLE\]/,
  ],
  [['model', 'compare', 'clip.mp4', '--against', 'int8+fp16'], /--against: "int8\+fp16" is not .*\[OPTION_INVALID\]/],
  [['model', 'compare', 'clip.mp4', '--windows', '0'], /--windows: expected a whole number.*\[OPTION_INVALID\]/],
  [['model', 'pull', '../etc'], /"\.\.\/etc" is not the id of a model.*\[OPTION_INVALID\]/],
  [['model', 'pull', '--offline', 'nobody/nothing'], /nobody\/nothing at main is not in .*\[HUB_OFFLINE\]/],
  [['eval'], /missing required argument 'list'/],
  [['eval', '/no/such/list.txt'], /list\.txt cannot be read.*\[EVALUATION_LIST_INVALID\]/],
  [['model', 'inspect', '/no/such/folder'], /\/no\/such\/folder/],
];

describe('misuse of the command line', () => {
  it.each(misuses)('actionwire %j', async (args, line) => {
    const { code, stderr } = await runCli(args);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((text) => text.startsWith('actionwire: '))).toHaveLength(1);
    expect(lines.at(-1)).toMatch(line);
    expect(stderr).not.toMatch(/\n\s+at |hunter2/);
    expect(code).toBeGreaterThan(0);
  });
});

describe('help', () => {
  it.each([[['--help']], [['run', '--help']], [['demo', '--help']], [['eval', '--help']], [['model', '--help']]])(
    '%j teaches and exits 0',
    async (args) => {
      const { code, stdout } = await runCli(args);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Usage: actionwire/);
      expect(stdout.split('\n').length).toBeGreaterThan(5);
    },
  );
});
