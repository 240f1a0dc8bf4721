/** Keeps the end of a process's error output, to explain its death. */
const maxCharacters = 8000;

export class TextTail {
  #text = '';

  add(chunk: string): void {
    this.#text = (this.#text + chunk).slice(-maxCharacters);
  }

  /** `: <the last line with something in it>`, or nothing. */
  lastLine(): string {
    const last = this.#lines().at(-1);
    return last === undefined ? '' : `: ${last.slice(0, 300)}`;
  }

  /** File name of the first shared library that could not be loaded. */
  missingLibrary(): string | undefined {
    const words = /([\w.+-]+\.(?:so|dll|dylib)[\w.]*):? (?:cannot open|.*not found|.*which is missing)/;
    return words.exec(this.#lines().join('\n'))?.[1];
  }

  /** Lines without terminal colours. */
  #lines(): string[] {
    // eslint-disable-next-line no-control-regex -- that is what a colour is made of
    const plain = this.#text.replaceAll(/\u001b\[[\d;]*m/g, '');
    return plain.split('\n').filter((line) => line.trim() !== '');
  }
}
