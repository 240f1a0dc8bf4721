/** Makes self-signed certificates with the `openssl` tool. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

let available: boolean | undefined;

/** Whether the tool is there; says so when it is not. */
export function hasOpenssl(): boolean {
  available ??= spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;
  if (!available) console.warn('Tests of certificates are skipped: there is no openssl tool');
  return available;
}

export interface Certificate {
  /** PEM file with the certificate alone. */
  readonly certificate: string;
  /** PEM file with the key alone. */
  readonly key: string;
  /** PEM file with both. */
  readonly both: string;
}

/** @param names as in `DNS:localhost,IP:127.0.0.1` */
export function makeCertificate(folder: string, name: string, names: string): Certificate {
  const [certificate, key, both] = ['cert', 'key', 'both'].map((part) => join(folder, `${name}-${part}.pem`));
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`];
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' ');
  const { status, stderr } = spawnSync('openssl', [...request, ...subject, '-keyout', key!, '-out', certificate!]);
  if (status !== 0) throw new Error(`openssl: ${stderr.toString()}`);
  writeFileSync(both!, readFileSync(certificate!, 'utf8') + readFileSync(key!, 'utf8'));
  return { certificate: certificate!, key: key!, both: both! };
}
