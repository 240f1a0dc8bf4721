/** The file of finished clips, one JSON line each below a line that says what they were made with; a run goes on from it. */
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import type { ClipResult } from './outcome.js';

/** Everything that a score depends on besides the clip. */
export type ResultSettings = Readonly<Record<string, string | number | readonly string[]>>;

const formatVersion = 1;

const headSchema = z.object({
  actionwireResults: z.literal(formatVersion),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
});

const resultSchema = z.object({
  kind: z.literal('scored'),
  path: z.string(),
  label: z.string(),
  rank: z.int().min(0),
  top: z.array(z.object({ label: z.string(), score: z.number() })).min(1),
  pictures: z.int().min(1),
});

export class ResultsFile {
  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    /** Clips that were finished before, by their path. */
    readonly finished: ReadonlyMap<string, ClipResult>,
  ) {}

  /**
   * Makes the file, or reads it: a last line that was cut off while it was written is taken away.
   * @throws EVALUATION_RESULTS_INVALID for a file of other settings or no such file; EVALUATION_OUTPUT_UNWRITABLE
   */
  static async open(path: string, settings: ResultSettings): Promise<ResultsFile> {
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw unwritable(path, cause);
    });
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const [head, ...lines] = whole.split('\n').filter((line) => line !== '');
    if (head === undefined && text.trim() !== '') throw invalid(path, 'its first line is not complete');
    if (head !== undefined) checkHead(path, head, settings);
    const finished = new Map(
      lines.map((line, i) => parseResult(path, line, i + 2)).map((result) => [result.path, result]),
    );
    const handle = await open(path, 'a').catch((cause: unknown) => Promise.reject(unwritable(path, cause)));
    const file = new ResultsFile(path, handle, finished);
    if (whole.length < text.length) await file.#try(() => handle.truncate(Buffer.byteLength(whole)));
    if (head === undefined) await file.#write({ actionwireResults: formatVersion, settings });
    return file;
  }

  /** Writes one finished clip. @throws EVALUATION_OUTPUT_UNWRITABLE */
  async add(result: ClipResult): Promise<void> {
    await this.#write(result);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  async #write(value: object): Promise<void> {
    await this.#try(() => this.handle.appendFile(`${JSON.stringify(value)}\n`));
  }

  async #try(act: () => Promise<void>): Promise<void> {
    await act().catch((cause: unknown) => Promise.reject(unwritable(this.path, cause)));
  }
}

function checkHead(path: string, line: string, settings: ResultSettings): void {
  const head = headSchema.safeParse(parseJson(line));
  if (!head.success) throw invalid(path, 'it does not begin with the settings of an evaluation');
  const found = head.data.settings;
  const names = new Set([...Object.keys(found), ...Object.keys(settings)]);
  const other = [...names].filter((name) => JSON.stringify(found[name]) !== JSON.stringify(settings[name]));
  if (other.length > 0)
    throw invalid(
      path,
      `it was made with other settings: ${other.map((name) => difference(name, found, settings)).join('; ')}`,
    );
}

function difference(name: string, found: ResultSettings, settings: ResultSettings): string {
  const [was, is] = [found[name], settings[name]];
  if (typeof was === 'object' || typeof is === 'object') return name;
  return `${name} ${JSON.stringify(was ?? null)}, now ${JSON.stringify(is ?? null)}`;
}

function parseResult(path: string, line: string, number: number): ClipResult {
  const result = resultSchema.safeParse(parseJson(line));
  if (result.success) return result.data;
  throw invalid(path, `line ${number} is no finished clip`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever asked sees that the schema does not fit.
    return undefined;
  }
}

function invalid(path: string, problem: string): ActionwireError {
  return new ActionwireError('EVALUATION_RESULTS_INVALID', `${path}: ${problem}`);
}

function unwritable(path: string, cause: unknown): ActionwireError {
  return new ActionwireError('EVALUATION_OUTPUT_UNWRITABLE', `${path} cannot be written`, { cause });
}
