/** What HTTP requests may do to the running program, for a server that listens before there is an App to ask. */
import { ActionwireError } from './core/errors.js';
import type { LabelEntry, LabelSet } from './core/label-set.js';
import type { Control } from './http/index.js';

interface Controlled {
  setLabels(streamId: string, labels: readonly LabelEntry[]): Promise<LabelSet>;
  addStream: Control['putStream'];
  removeStream: Control['deleteStream'];
}

export function remoteControl(app: () => Controlled | undefined): Control {
  const running = (): Controlled => {
    const found = app();
    if (found === undefined) throw new ActionwireError('STREAM_UNKNOWN', 'the streams are still being opened');
    return found;
  };
  return {
    setLabels: async (id, entries) => {
      const { version, labels, background } = await running().setLabels(id, entries);
      return { labelSet: version, labels, background };
    },
    putStream: async (name, request) => running().addStream(name, request),
    deleteStream: async (name) => running().removeStream(name),
  };
}
