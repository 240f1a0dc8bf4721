/** What becomes of the program when nobody reads what it prints. */
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startCli } from '../support/cli.js';
import { demoClip } from '../support/demo.js';

it.each([
  ['newline JSON', ['run', demoClip, '--replay', '--json', '--scores', '--no-server']],
  ['a person’s lines', ['run', 'test:', '--port', '0']],
])('a reader of %s that goes away ends the run with code 0', async (_, args) => {
  const { child, finished } = startCli(args);
  await once(child.stdout!, 'data');
  child.stdout!.destroy();
  const { code, stderr } = await finished;
  expect(stderr).not.toMatch(/EPIPE|Error/);
  expect(code).toBe(0);
});
