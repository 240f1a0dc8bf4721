/** Reads from a URL where it leads, the way every part of the guard reads it: one reading, so that none can be played off against another. */

export interface Target {
  /** `rtsp`, `rtsps`, `http` or `https`. */
  readonly scheme: string;
  /** A name in lower case without a dot at its end, or an address in its usual form, without brackets. */
  readonly host: string;
  readonly port: number;
}

const defaultPorts: Readonly<Record<string, number>> = { rtsp: 554, rtsps: 322, http: 80, https: 443 };

/**
 * Addresses may be written in any form that the C library takes (`2130706433`, `0x7f.1`, `[::ffff:7f00:1]`): they are normalised by the
 * WHATWG URL parser. Undefined for what is no URL of such a scheme.
 */
export function targetOf(url: string): Target | undefined {
  const [, scheme = '', authority = ''] = /^([a-z]+):\/\/([^/?#\\]*)/i.exec(url) ?? [];
  const fallback = defaultPorts[scheme.toLowerCase()];
  const text = `http://${authority.slice(authority.lastIndexOf('@') + 1)}/`;
  if (fallback === undefined || !URL.canParse(text)) return undefined;
  const { hostname, port } = new URL(text);
  // The parser leaves out port 80, which here has to be told from no port at all.
  const given = port !== '' ? Number(port) : /:0*80$/.test(authority) ? 80 : fallback;
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return host === '' ? undefined : { scheme: scheme.toLowerCase(), host, port: given };
}
