/** The headers that keep the page to itself: it runs only its own inline script and style, and nobody may frame it. */
import { createHash } from 'node:crypto';

/** Content-Security-Policy for `html`: its inline `<script>` and `<style>` elements are allowed by their SHA-256. */
export function contentSecurityPolicy(html: string): string {
  return [
    "default-src 'none'",
    `script-src ${hashes(html, 'script')}`,
    `style-src ${hashes(html, 'style')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export const commonHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

function hashes(html: string, element: 'script' | 'style'): string {
  const contents = [...html.matchAll(new RegExp(`<${element}>([^]*?)</${element}>`, 'g'))].map(
    (match) => match[1] ?? '',
  );
  const sources = contents.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return sources.length === 0 ? "'none'" : sources.join(' ');
}
