/** Structured logs (pino, JSON lines on standard error): for operators; results go to standard output. */
import { pino, type Logger } from 'pino';

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Written synchronously, so that the last line before an exit is never lost. */
export function openLog(level: LogLevel): Logger {
  return pino({ name: 'actionwire', level, base: { pid: process.pid } }, pino.destination({ dest: 2, sync: true }));
}
