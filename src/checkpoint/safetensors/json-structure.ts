/** Looks for what JSON.parse lets pass: a key twice in one object, and nesting deeper than a header ever needs. */

const MAX_DEPTH = 4;
/** Strings, brackets and commas are all that matters; numbers and words are skipped. */
const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs;

/** A short description of the problem, or undefined when there is none. Malformed JSON is left to JSON.parse. */
export function checkJsonStructure(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [lexeme, colon] of text.matchAll(token)) {
    if (lexeme === '{' || lexeme === '[') open.push(new Set());
    else if (lexeme === '}' || lexeme === ']') open.pop();
    else if (colon !== undefined && isRepeated(lexeme.slice(0, -colon.length), open.at(-1))) {
      return `the key ${lexeme.slice(0, 80)} twice`;
    }
    if (open.length > MAX_DEPTH) return `nesting deeper than ${MAX_DEPTH}`;
  }
  return undefined;
}

function isRepeated(key: string, seen: Set<string> | undefined): boolean {
  if (seen === undefined) return false;
  const before = seen.size;
  return seen.add(unescape(key)).size === before;
}

function unescape(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted; // malformed: JSON.parse of the whole will say so
  }
}
