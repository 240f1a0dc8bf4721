/** The options of publishing (WHIP). The token is read from the environment or a file: other users can read a command line. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { ActionwireError } from '../core/errors.js';
import { redactText } from '../core/redact.js';
import type { ConfigInput } from '../config.js';

export interface WhipFlags {
  whipTokenFile?: string;
  whipAddress?: string;
  whipPorts?: string;
  whipIceServer?: string[];
  whipPublishers?: number;
}

/** The arguments are the parsers of the other options. */
export function withWhipOptions(
  command: Command,
  number: (text: string) => number,
  collect: (value: string, previous: string[] | undefined) => string[],
): Command {
  return command
    .optionsGroup('Publishing (whip: sources):')
    .option('--whip-token-file <file>', 'holds the token that publishers must send (or set ACTIONWIRE_WHIP_TOKEN)')
    .option('--whip-address <ip>', 'address that publishers send video to (default: the one they asked at)')
    .option('--whip-ports <from-to>', 'UDP ports to choose from (default: any free one)')
    .option(
      '--whip-ice-server <url>',
      'stun:host:port that we and the publishers ask (repeatable; default: none)',
      collect,
    )
    .option('--whip-publishers <n>', 'publishers at once, of all streams together (default: 16)', number);
}

/** @throws {ActionwireError} `OPTION_INVALID` */
export function whipFrom(flags: WhipFlags, env: NodeJS.ProcessEnv = process.env): NonNullable<ConfigInput['whip']> {
  const {
    whipTokenFile,
    whipAddress: address,
    whipPorts,
    whipIceServer: iceServers,
    whipPublishers: publishers,
  } = flags;
  const token = whipTokenFile === undefined ? env['ACTIONWIRE_WHIP_TOKEN'] : readToken(whipTokenFile);
  return {
    ...(token === undefined || token === '' ? {} : { token }),
    ...(address === undefined ? {} : { address }),
    ...(whipPorts === undefined ? {} : { ports: readPorts(whipPorts) }),
    ...(iceServers === undefined ? {} : { iceServers }),
    ...(publishers === undefined ? {} : { publishers }),
  };
}

function readToken(path: string): string {
  try {
    const token = readFileSync(path, 'utf8').trim();
    if (token !== '') return token;
  } catch (cause) {
    throw new ActionwireError('OPTION_INVALID', `--whip-token-file: cannot read "${redactText(path)}"`, { cause });
  }
  throw new ActionwireError('OPTION_INVALID', `--whip-token-file: "${redactText(path)}" is empty`);
}

function readPorts(text: string): { from: number; to: number } {
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return { from: Number(from), to: Number(to) };
  throw new ActionwireError('OPTION_INVALID', `--whip-ports: "${redactText(text)}" is not "from-to"`);
}
