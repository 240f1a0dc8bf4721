/** Looks for what JSON.parse lets pass: a key twice in one object, and nesting deeper than a header ever needs. */
import { printable } from '../printable.js';

const MAX_DEPTH = 4;

/** A short description of the problem, or undefined when there is none. Malformed JSON is left to JSON.parse. */
export function checkJsonStructure(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (let place = 0; place < text.length; place++) {
    const character = text[place];
    if (character === '{' || character === '[') open.push(new Set());
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = endOfString(text, place);
      const key = text.slice(place, end);
      if (isKey(text, end) && isRepeated(key, open.at(-1))) return `the key ${printable(key, 80)} twice`;
      place = end - 1;
    }
    if (open.length > MAX_DEPTH) return `nesting deeper than ${MAX_DEPTH}`;
  }
  return undefined;
}

/** The place behind the closing quote of the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  for (let place = start + 1; place < text.length; place++) {
    if (text[place] === '\\') place++;
    else if (text[place] === '"') return place + 1;
  }
  return text.length;
}

/** Whether a colon follows, behind white space perhaps. */
function isKey(text: string, end: number): boolean {
  let place = end;
  while (' \t\r\n'.includes(text[place] ?? '.')) place++;
  return text[place] === ':';
}

function isRepeated(quoted: string, seen: Set<string> | undefined): boolean {
  if (seen === undefined) return false;
  const before = seen.size;
  return seen.add(unescape(quoted)).size === before;
}

function unescape(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted; // malformed: JSON.parse of the whole will say so
  }
}
