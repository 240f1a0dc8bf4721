/** `actionwire model pull` as a user runs it, against a hub on this machine, and the pulled model by its id. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyModel, type TinyModel } from '../infer/support/tiny-model.js';
import { commit, openHub, type Hub } from '../pull/hub-server.js';
import { runCli } from '../support/cli.js';

let model: TinyModel;
let hub: Hub;
let env: Record<string, string>;
beforeAll(async () => {
  model = await writeTinyModel();
  const names = readdirSync(model.dir).filter((name) => statSync(join(model.dir, name)).isFile());
  hub = await openHub(Object.fromEntries(names.map((name) => [name, readFileSync(join(model.dir, name))])), {
    wantedToken: 'hf_secret',
  });
  env = { HF_ENDPOINT: hub.url, ACTIONWIRE_CACHE_DIR: model.cacheDir, HF_HUB_OFFLINE: '' };
});
afterAll(async () => {
  await hub.close();
  await model.remove();
});

describe('actionwire model pull', () => {
  it('prints the folder, no bar and no token; the model then goes by its id', { timeout: 120_000 }, async () => {
    const pulled = await runCli(['model', 'pull', 'owner/name'], { ...env, HF_TOKEN: 'hf_secret' });
    expect(pulled).toEqual({
      code: 0,
      stdout: `${join(model.cacheDir, 'models', 'owner--name', commit)}\n`,
      stderr: `owner/name at ${commit}\n`,
    });
    const inspected = await runCli(['model', 'inspect', 'owner/name', '--json'], env);
    expect(JSON.parse(inspected.stdout)).toMatchObject({ dir: pulled.stdout.trim(), architecture: 'xclip' });
    const run = await runCli(['run', '/no/such/clip.mp4', '--model', 'owner/name', '--no-server'], env);
    expect(run.stderr).toMatch(/SOURCE_NOT_FOUND/);
  });

  it('ends in one line with a code, without the token', { timeout: 60_000 }, async () => {
    const args = ['model', 'pull', 'owner/name', '--token', 'hf_wrong', '--revision', 'v1'];
    const { code, stdout, stderr } = await runCli(args, env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^actionwire: owner\/name: the hub answers with status 401\. .*\[HUB_ACCESS_DENIED\]\n$/);
    expect(stderr).not.toContain('hf_wrong');
  });
});
