/** Runs the built command line as a user would, and collects what it prints. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  /** What was printed so far. */
  readonly printed: { stdout: string; stderr: string };
  /** Resolves when `pattern` has been printed on either output; rejects when the program ends before. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  finished: Promise<Finished>;
}

/** Starts `actionwire ...args`; the caller ends it. */
export function startCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningCli {
  const child = spawn(process.execPath, [entry, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text));
  const finished = once(child, 'close').then(([code]) => ({ code: code as number | null, ...printed }));
  return { child, printed, finished, waitFor: (pattern, timeoutMs) => waitFor(child, printed, pattern, timeoutMs) };
}

/** Runs `actionwire ...args` to its end. */
export const runCli = (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished> =>
  startCli(args, env).finished;

function waitFor(
  child: ChildProcess,
  printed: { stdout: string; stderr: string },
  pattern: RegExp,
  timeoutMs = 30_000,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.stderr?.off('data', look);
      child.off('close', onClose);
      act();
    };
    const look = (): void => {
      const match = pattern.exec(printed.stdout) ?? pattern.exec(printed.stderr);
      if (match !== null) settle(() => resolve(match));
    };
    const fail = (why: string) => (): void =>
      settle(() => reject(new Error(`${why} before ${pattern}:\n${printed.stdout}\n${printed.stderr}`)));
    const onClose = fail('the program ended');
    const timer = setTimeout(fail(`${timeoutMs} ms passed`), timeoutMs);
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.on('close', onClose);
    look();
  });
}
