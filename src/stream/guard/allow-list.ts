/** Which hosts a source may reach that was named by a request: patterns such as `rtsp://10.0.0.0/8` and `https://*.cams.example`. */
import { isIP } from 'node:net';
import { ActionwireError } from '../../core/errors.js';
import { inSubnet, isSpecialAddress } from './special-addresses.js';
import type { Target } from './target.js';

const schemes = ['rtsp', 'rtsps', 'http', 'https'] as const;

/** Any camera on the network; addresses of this machine, its link and clouds' services must be listed as addresses. */
export const defaultAllowList: readonly string[] = schemes.map((scheme) => `${scheme}://*`);

interface Rule {
  readonly scheme: string;
  readonly port: number | undefined;
  /** `10.0.0.0/8` for a rule about addresses. */
  readonly subnet: string | undefined;
  /** `camera`, `*.example` or `*` for a rule about names. */
  readonly name: string;
}

const form = /^([a-z]+):\/\/(\[[0-9a-f:.]+\]|[^\s:/?#@[\]]+)(?:\/(\d{1,3}))?(?::(\d{1,5}))?$/i;

/** `scheme://host`, `scheme://address[/bits]`, each with `:port` if need be; the host may begin with `*.`, or be `*`. */
export class AllowList {
  readonly #rules: readonly Rule[];

  /** @throws OPTION_INVALID for a text that is no pattern */
  constructor(patterns: readonly string[]) {
    this.#rules = patterns.map(parseRule);
  }

  /** Whether `target` may be reached at `address`, one of those that its name stands for. */
  allows({ scheme, host, port }: Target, address: string): boolean {
    const rules = this.#rules.filter((rule) => rule.scheme === scheme && (rule.port ?? port) === port);
    if (rules.some(({ subnet }) => subnet !== undefined && inSubnet(subnet, address))) return true;
    return !isSpecialAddress(address) && rules.some((rule) => rule.subnet === undefined && matches(rule.name, host));
  }
}

function parseRule(pattern: string): Rule {
  const [, scheme = '', hostText = '', bits, port] = form.exec(pattern) ?? [];
  const host = hostText.replace(/^\[|\]$/g, '').toLowerCase();
  const known = schemes.some((name) => name === scheme.toLowerCase());
  const width = isIP(host) === 4 ? 32 : 128;
  const isAddress = isIP(host) !== 0;
  if (!known || Number(port ?? 0) > 65_535 || (isAddress ? Number(bits ?? 0) > width : !isNamePattern(host, bits))) {
    const message = `"${pattern.replace(/\/\/.*@/, '//***@')}" does not say which sources are allowed`;
    throw new ActionwireError('OPTION_INVALID', message, {
      hint: 'Write scheme://host, scheme://*.domain, scheme://* or scheme://address/bits, with rtsp, rtsps, http or https.',
    });
  }
  return {
    scheme: scheme.toLowerCase(),
    port: port === undefined ? undefined : Number(port),
    subnet: isAddress ? `${host}/${bits ?? width}` : undefined,
    name: host,
  };
}

function isNamePattern(host: string, bits: string | undefined): boolean {
  return bits === undefined && /^(?:\*|(?:\*\.)?[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*)$/u.test(host);
}

function matches(name: string, host: string): boolean {
  if (name === '*') return true;
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) && host.length > name.length - 1 : host === name;
}
