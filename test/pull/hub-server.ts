/** A server on this machine that speaks as much of the hub's protocol as a pull needs, and can be told to misbehave. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const commit = 'c0ffee'.padEnd(40, '0');
const token = /^Bearer (.*)$/;

export interface HubBehaviour {
  /** Bytes of the weights after which the connection is cut, once for each number. */
  readonly cuts?: number[];
  /** What the list claims of a file instead of the truth. */
  readonly claims?: Readonly<Record<string, { readonly size?: number; readonly sha256?: string }>>;
  /** Only requests with this token are answered. */
  readonly wantedToken?: string;
  /** Every answer has this status. */
  readonly status?: number;
  /** Large files are sent from a second address, as the hub's storage does. */
  readonly storage?: string;
  /** The weights stop coming in the middle, and the connection stays open. */
  readonly stalls?: boolean;
  /** Ranges are ignored: the whole file comes, whatever was asked for. */
  readonly noRanges?: boolean;
}

export interface Hub {
  readonly url: string;
  /** `METHOD path range` of every request. */
  readonly requests: string[];
  /** Tokens that were sent, one for each request that had one. */
  readonly tokens: string[];
  close(): Promise<void>;
}

/** Smaller files are never cut. */
const MIN_CUT = 100_000;

/** Files over 1000 bytes are large files (LFS). */
const isLarge = (content: Buffer): boolean => content.length > 1000;

export async function openHub(files: Readonly<Record<string, Buffer>>, behaviour: HubBehaviour = {}): Promise<Hub> {
  const requests: string[] = [];
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    requests.push([request.method, request.url, request.headers.range ?? ''].join(' ').trim());
    const sent = token.exec(request.headers.authorization ?? '')?.[1];
    if (sent !== undefined) tokens.push(sent);
    answer(request, response, { files, behaviour, sent });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, tokens, close: () => close(server) };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  {
    files,
    behaviour,
    sent,
  }: { files: Readonly<Record<string, Buffer>>; behaviour: HubBehaviour; sent: string | undefined },
): void {
  const { pathname } = new URL(request.url ?? '/', 'http://x');
  if (behaviour.status !== undefined) {
    fail(response, behaviour.status);
    return;
  }
  if (behaviour.wantedToken !== undefined && behaviour.wantedToken !== sent) {
    fail(response, 401);
    return;
  }
  if (/^\/api\/models\/[^/]+\/[^/]+\/revision\/(main|v1|c0ffee0+)$/.test(pathname)) {
    json(response, { _id: 'x', id: 'owner/name', sha: commit, lastModified: '2024-01-01T00:00:00Z' });
    return;
  }
  if (pathname === `/api/models/owner/name/tree/${commit}`) {
    json(response, list(files, behaviour));
    return;
  }
  const name = new RegExp(`^/(?:owner/name/resolve/${commit}|storage)/([^/]+)$`).exec(pathname)?.[1];
  const content = files[name ?? ''];
  if (name === undefined || content === undefined) {
    fail(response, 404);
    return;
  }
  if (behaviour.storage !== undefined && isLarge(content) && !pathname.startsWith('/storage')) {
    response.writeHead(302, { Location: `${behaviour.storage}/storage/${name}`, 'X-Linked-Size': content.length });
    return void response.end();
  }
  send(request, response, content, behaviour);
}

function list(files: Readonly<Record<string, Buffer>>, { claims = {} }: HubBehaviour): object[] {
  return Object.entries(files).map(([path, content]) => {
    const size = claims[path]?.size ?? content.length;
    const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    const sha256 = claims[path]?.sha256 ?? createHash('sha256').update(content).digest('hex');
    const lfs = isLarge(content) ? { lfs: { oid: sha256, size, pointerSize: 134 } } : {};
    return { type: 'file', path, size, oid, ...lfs };
  });
}

function send(request: IncomingMessage, response: ServerResponse, content: Buffer, behaviour: HubBehaviour): void {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  const probe = range?.[0] === 'bytes=0-0';
  const partial = range !== null && (probe || behaviour.noRanges !== true);
  const [start, end] = partial ? [Number(range[1]), Number(range[2]) + 1] : [0, content.length];
  const part = content.subarray(start, end);
  const contentRange = `bytes ${start}-${end - 1}/${content.length}`;
  const headers = { ETag: '"x"', 'Content-Length': part.length, ...(partial ? { 'Content-Range': contentRange } : {}) };
  response.writeHead(partial ? 206 : 200, headers);
  if (behaviour.stalls === true && !probe && content.length >= MIN_CUT)
    return void response.write(part.subarray(0, 10));
  const cut = probe || content.length < MIN_CUT ? undefined : behaviour.cuts?.shift();
  if (cut === undefined) return void response.end(part);
  response.write(part.subarray(0, cut), () => response.destroy());
}

function json(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

/** The hub repeats nothing of the request; this one repeats the token, as a bad mirror could. */
function fail(response: ServerResponse, status: number): void {
  const { authorization = '' } = response.req.headers;
  response
    .writeHead(status, { 'Content-Type': 'application/json' })
    .end(JSON.stringify({ error: `no: ${authorization}` }));
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
