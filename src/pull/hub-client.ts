/** The three questions to the hub, through its own library: which commit, which files, and the bytes of one. */
import { ActionwireError } from '../core/errors.js';
import type { HubFile } from './choose-files.js';
import { Interruption } from './failure.js';
import type { PullOptions } from './options.js';
import { isCommit } from './snapshot.js';

type Fetch = typeof fetch;
type Endpoint = Pick<PullOptions, 'id' | 'hubUrl' | 'token'>;

interface Entry {
  readonly path: string;
  readonly size: number;
  readonly oid?: string;
  readonly lfs?: { readonly oid: string };
}

const MAX_FILES = 10_000;
/** The first request of the library only asks for the size. */
const PROBE = 'bytes=0-0';

/** The commit that a revision is now. Throws what the library throws. */
export async function askCommit(endpoint: Endpoint, revision: string, signal: AbortSignal): Promise<string> {
  const { modelInfo } = await import('@huggingface/hub');
  const { id: name, hubUrl } = endpoint;
  const info = await modelInfo({ name, revision, hubUrl, additionalFields: ['sha'], ...access(endpoint, signal) });
  const sha: unknown = info.sha;
  if (typeof sha === 'string' && isCommit(sha)) return sha;
  throw new ActionwireError('HUB_ANSWER_INVALID', `${name}: the hub names no commit for ${revision}.`);
}

/** The files in the outermost folder of a commit. */
export async function askFiles(endpoint: Endpoint, commit: string, signal: AbortSignal): Promise<HubFile[]> {
  const { listFiles } = await import('@huggingface/hub');
  const { id: repo, hubUrl } = endpoint;
  const files: HubFile[] = [];
  let count = 0;
  for await (const entry of listFiles({ repo, revision: commit, hubUrl, ...access(endpoint, signal) })) {
    if (++count > MAX_FILES) throw new ActionwireError('HUB_ANSWER_INVALID', `${repo}: more than ${MAX_FILES} files.`);
    const file = entry.type === 'file' ? readEntry(entry) : undefined;
    if (file !== undefined) files.push(file);
  }
  return files;
}

/** The bytes of a file from `start`. What the answer says of its size must be what the list says. */
export async function* readFileFrom(
  endpoint: Endpoint,
  commit: string,
  file: HubFile,
  start: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { downloadFile } = await import('@huggingface/hub');
  const { id: repo, hubUrl } = endpoint;
  const { failure, ...guarded } = access(endpoint, signal);
  // Without xet the bytes come from the hub's or the mirror's own address, which every mirror has.
  const blob = await downloadFile({ repo, path: file.name, revision: commit, hubUrl, xet: false, ...guarded });
  if (blob === null) throw new ActionwireError('HUB_NOT_FOUND', `${repo}: ${file.name} is listed but not there.`);
  if (blob.size !== file.size) {
    const sizes = `has ${blob.size} bytes and is listed with ${file.size}`;
    throw new ActionwireError('HUB_ANSWER_INVALID', `${repo}: ${file.name} ${sizes}.`);
  }
  try {
    yield* blob.slice(start).stream() as unknown as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw failure() ?? error; // the library's stream passes on no more than a text
  }
}

/** Names that could lead out of a folder are not files that anybody needs. */
function readEntry({ path, size, oid, lfs }: Entry): HubFile | undefined {
  const kind = lfs === undefined ? 'git' : 'sha256';
  const hex = lfs?.oid ?? oid ?? '';
  const whole = Number.isSafeInteger(size) && size >= 0;
  const known = kind === 'git' ? /^[0-9a-f]{40}$/.test(hex) : /^[0-9a-f]{64}$/.test(hex);
  return /^(?!\.)[\w.-]{1,200}$/.test(path) && whole && known ? { name: path, size, hash: { kind, hex } } : undefined;
}

interface Access {
  readonly fetch: Fetch;
  readonly accessToken?: string;
  /** What was wrong with the last answer. */
  readonly failure: () => Error | undefined;
}

function access({ hubUrl, token }: Endpoint, signal: AbortSignal): Access {
  const origin = new URL(hubUrl).origin;
  let failure: Error | undefined;
  const guarded: Fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const headers = new Headers(init?.headers);
    // The library would also send the token to the address that a large file was redirected to.
    if (new URL(url).origin !== origin) headers.delete('Authorization');
    const answer = await fetch(url, { ...init, headers, signal });
    failure = problemOf(answer, headers.get('Range') ?? PROBE);
    if (failure instanceof Interruption) throw failure;
    return answer;
  };
  return { fetch: guarded, failure: () => failure, ...(token === undefined ? {} : { accessToken: token }) };
}

/** A server that sends the whole file instead of the rest of it would spoil what is there. */
function problemOf({ ok, status }: Response, range: string): Error | undefined {
  if (!ok) return Object.assign(new Error(), { statusCode: status });
  return range !== PROBE && status !== 206 ? new Interruption('the server cannot resume') : undefined;
}
