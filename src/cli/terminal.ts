/** What a person sees: one line an event, and on a terminal a live status line per stream below them. */
import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import type { ActionEvent, ActionwireMessage, StreamState } from '../core/types.js';
import type { MeterReading } from '../core/meter.js';
import type { Output } from './output.js';

const STATUS_COLOUR = {
  connecting: pc.yellow,
  live: pc.green,
  stalled: pc.yellow,
  lost: pc.red,
  ended: pc.dim,
  failed: pc.red,
} as const;

/** Prints messages as lines on `stream`, with a refreshed status block when `stream` is a terminal. */
export function terminalOutput(stream: NodeJS.WriteStream): Output {
  const status = stream.isTTY ? createLogUpdate(stream, { showCursor: true }) : undefined;
  const print = (line: string): void => {
    status?.clear();
    stream.write(`${line}\n`);
  };
  return {
    note: print,
    message: (message) => {
      const line = messageLine(message);
      if (line !== undefined) print(line);
    },
    readings: (readings) => status?.(readings.map(statusLine).join('\n')),
    close: () => status?.done(),
  };
}

/** The line for a message, or `undefined` for one that only the status line shows. */
export function messageLine(message: ActionwireMessage): string | undefined {
  switch (message.kind) {
    case 'event':
      return eventLine(message.event);
    case 'state':
      return stateLine(message.state);
    case 'labels':
      return `${' '.repeat(8)}  ${message.streamId}  labels: ${message.labelSet.labels.join(', ')}`;
    case 'scores':
    case 'gap':
    case 'dropped':
      return undefined;
  }
}

function eventLine(event: ActionEvent): string | undefined {
  const where = `${pc.dim(mediaTime(event.fromMs))}  ${event.streamId}`;
  switch (event.type) {
    case 'action.started':
      return `${where}  ${pc.green('▶')} ${pc.bold(event.label.padEnd(20))} score ${event.score.toFixed(2)}  ${pc.dim(`+${Math.round(event.latencyMs)} ms`)}`;
    case 'action.ended':
      return `${where}  ${pc.dim('■')} ${event.label.padEnd(20)} lasted ${((event.toMs - event.fromMs) / 1000).toFixed(1)} s  ${pc.dim(`peak ${event.score.toFixed(2)}`)}`;
    case 'action.updated':
      return undefined;
  }
}

function stateLine(state: StreamState): string {
  const reason =
    state.reason === undefined ? '' : `: ${state.reason}${state.code === undefined ? '' : ` [${state.code}]`}`;
  const retry = state.retryInMs === undefined ? '' : `, next attempt in ${(state.retryInMs / 1000).toFixed(1)} s`;
  return `${' '.repeat(8)}  ${state.streamId}  ${STATUS_COLOUR[state.status](state.status)}${reason}${retry}`;
}

function statusLine(reading: MeterReading): string {
  const now =
    reading.top === undefined
      ? pc.dim('waiting for the first window')
      : `${reading.top.label} ${reading.top.score.toFixed(2)}`;
  const parts = [
    `${reading.framesPerSecond.toFixed(1)} fps`,
    `${reading.windowsPerSecond.toFixed(1)} windows/s`,
    `latency ${reading.latencyP50Ms === undefined ? '–' : `${Math.round(reading.latencyP50Ms)} ms`}`,
    ...(reading.droppedWindows > 0 ? [pc.yellow(`${reading.droppedWindows} dropped`)] : []),
  ];
  return `${pc.bold(reading.streamId)}  ${STATUS_COLOUR[reading.status](reading.status)}  ${parts.join('  ')}  ${pc.cyan('●')} ${now}`;
}

/** Media time as minutes, seconds and tenths. */
function mediaTime(ms: number): string {
  const tenths = Math.round(ms / 100);
  const seconds = String(Math.floor(tenths / 10) % 60).padStart(2, '0');
  return `${String(Math.floor(tenths / 600)).padStart(3)}:${seconds}.${tenths % 10}`;
}
