/** What a pull needs to know, from the command line and the environment; a token is checked here and shown nowhere. */
import { defaultCacheDir } from '../core/cache-dir.js';
import { ActionwireError } from '../core/errors.js';
import { redactUrl } from '../core/redact.js';
import { isTrustedHost } from './trusted-transport.js';

export interface PullFlags {
  readonly revision?: string;
  readonly token?: string;
  readonly offline?: boolean;
}

export interface PullOptions {
  /** `owner/name`. */
  readonly id: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** The hub or a mirror, without a slash at the end. */
  readonly hubUrl: string;
  readonly token?: string;
  readonly offline: boolean;
  readonly cacheDir: string;
  /** How often a download may break off without a single new byte. */
  readonly attempts: number;
  /** Pause before the second attempt, doubled for each further one. */
  readonly retryDelayMs: number;
  /** An answer that brings no byte for this long has broken off. */
  readonly stallTimeoutMs: number;
}

export const defaultModel = 'nielsr/xclip-base-patch16-ucf-4-shot';
const HUB_URL = 'https://huggingface.co';
const name = /^(?!.*(?:\.\.|--))[A-Za-z0-9](?:[\w.-]{0,94}[\w])?$/;

/** Whether a text could be the id of a model on the hub. */
export function isModelId(text: string): boolean {
  const parts = text.split('/');
  return parts.length === 2 && parts.every((part) => name.test(part));
}

/** Reads HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE like Hugging Face's own tools. @throws OPTION_INVALID */
export function readPullOptions(
  id = defaultModel,
  flags: PullFlags = {},
  env: NodeJS.ProcessEnv = process.env,
): PullOptions {
  if (!isModelId(id)) invalid(`"${id.slice(0, 200)}" is not the id of a model; expected owner/name`);
  const revision = flags.revision ?? 'main';
  if (!/^(?!.*\.\.)[A-Za-z0-9][\w./-]{0,199}$/.test(revision))
    invalid('--revision: expected a branch, a tag or a commit');
  const hubUrl = readEndpoint(env['HF_ENDPOINT']);
  const token = readToken(flags.token ?? env['HF_TOKEN'], hubUrl);
  return {
    id,
    revision,
    hubUrl,
    ...(token === undefined ? {} : { token }),
    offline: flags.offline === true || /^(?:1|true|yes|on)$/i.test(env['HF_HUB_OFFLINE'] ?? ''),
    cacheDir: defaultCacheDir(env),
    attempts: 5,
    retryDelayMs: 1000,
    stallTimeoutMs: 30_000,
  };
}

function readEndpoint(text: string | undefined): string {
  if (text === undefined || text === '') return HUB_URL;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const usable = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '';
  if (!usable)
    invalid(`HF_ENDPOINT: "${redactUrl(text).slice(0, 200)}" is not an http or https address without a password`);
  return text.replace(/\/+$/, '');
}

/** The library takes nothing but `hf_...`; a line feed in a header would put the token into the error of fetch. */
function readToken(token: string | undefined, hubUrl: string): string | undefined {
  if (token === undefined || token === '') return undefined;
  if (!/^hf_[A-Za-z0-9_-]{1,200}$/.test(token))
    invalid('--token or HF_TOKEN: a token begins with hf_ and has no spaces');
  if (!isTrustedHost(hubUrl)) invalid('HF_ENDPOINT: a token is only sent over https');
  return token;
}

function invalid(problem: string): never {
  throw new ActionwireError('OPTION_INVALID', problem);
}
