/** Names out of foreign files as they may appear in a message: one short line, no control characters. */
export function printable(text: string, limit = 200): string {
  const line = text.slice(0, limit).replaceAll(/\p{C}/gu, '\ufffd');
  return text.length > limit ? `${line}...` : line;
}
