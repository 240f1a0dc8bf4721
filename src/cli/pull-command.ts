/** `actionwire model pull [id]`: brings a model of the Hugging Face hub into the cache. */
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import {
  defaultModel,
  pullModel,
  readPullOptions,
  type Progress,
  type PulledModel,
  type PullFlags,
} from '../pull/index.js';

const MEBIBYTE = 2 ** 20;

export function pullCommand(): Command {
  return new Command('pull')
    .summary('fetch a model of the Hugging Face hub')
    .description(
      'Fetches what is needed of a model of the Hugging Face hub, checks it and keeps it in the cache.\n' +
        'An interrupted pull goes on where it stopped. Then: actionwire run --model <id> ...',
    )
    .argument('[id]', 'owner/name on the hub', defaultModel)
    .option('--revision <name>', 'branch, tag or commit; a commit never changes (default: main)')
    .option('--token <token>', 'access token for private models; HF_TOKEN keeps it out of the process list')
    .option('--offline', 'only look into the cache (also: HF_HUB_OFFLINE=1)')
    .addHelpText(
      'after',
      `
Environment:
  HF_TOKEN               access token
  HF_ENDPOINT            a mirror of the hub (default: https://huggingface.co)
  ACTIONWIRE_CACHE_DIR   where models are kept`,
    )
    .action(async (id: string, flags: PullFlags) => {
      const options = readPullOptions(id, flags);
      const bar = progressBar(process.stderr);
      try {
        const pulled = await pullModel(options, bar.update);
        bar.stop();
        process.stderr.write(`${remark(id, pulled)}\n`);
        process.stdout.write(`${pulled.dir}\n`);
      } finally {
        bar.stop();
      }
    });
}

function remark(id: string, { commit, from }: PulledModel): string {
  if (from === 'hub') return `${id} at ${commit}`;
  return `${id} at ${commit}, from the cache${from === 'cache' ? '' : ': the hub does not answer'}`;
}

/** A bar on a terminal, nothing elsewhere. */
function progressBar(stream: NodeJS.WriteStream): { update: (progress: Progress) => void; stop: () => void } {
  if (!stream.isTTY) return { update: () => undefined, stop: () => undefined };
  const format = '{bar} {percentage} %  {mebibytes} of {all} MiB  {file}';
  const bar = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: true });
  let started = false;
  return {
    update: ({ file, done, total }) => {
      const shown = { file, mebibytes: (done / MEBIBYTE).toFixed(1), all: (total / MEBIBYTE).toFixed(1) };
      if (!started) bar.start(total, done, shown);
      started = true;
      bar.update(done, shown);
    },
    stop: () => {
      if (started) bar.stop();
      started = false;
    },
  };
}
