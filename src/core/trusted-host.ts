/** Decides which `Host` and `Origin` a request may carry, so that a foreign web page cannot read the streams. */
import { isIP } from 'node:net';
import { hostname as machineName } from 'node:os';

/**
 * True when `host` (a `Host` header) names this server in a way that a foreign site cannot imitate by DNS rebinding:
 * an IP address, `localhost`, this machine's own name (also with `.local`), or a host of `allowedOrigins`.
 */
export function isTrustedHost(host: string | undefined, allowedOrigins: readonly string[] = []): boolean {
  const url = parse(`http://${host ?? ''}`);
  if (url === undefined) return false;
  const name = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
  const own = machineName().toLowerCase();
  if (name === own || name === `${own}.local`) return true;
  return allowedOrigins.some((origin) => origin === '*' || parse(origin)?.hostname.toLowerCase() === name);
}

/**
 * True when a WebSocket upgrade may come from this page: no `Origin` (not a browser), the page of this very server
 * (same host and port, and a trusted host), or one of `allowedOrigins` (`https://site.example[:port]`, or `*` for any).
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowedOrigins: readonly string[] = [],
): boolean {
  if (origin === undefined || allowedOrigins.includes('*')) return true;
  const from = parse(origin);
  if (from === undefined) return false;
  if (allowedOrigins.some((allowed) => parse(allowed)?.origin === from.origin)) return true;
  return from.host === host?.toLowerCase() && isTrustedHost(host, allowedOrigins);
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
