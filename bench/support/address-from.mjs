/** Where a program that was started listens. */
import { createInterface } from 'node:readline';

/** The WebSocket address that the program tells on its standard output, which is read on and thrown away afterwards. */
export async function addressFrom(/** @type {import('node:stream').Readable} */ output) {
  for await (const line of createInterface({ input: output })) {
    const match = /ws:\/\/\S+/.exec(line);
    if (match !== null) {
      output.resume();
      return match[0];
    }
  }
  throw new Error('the program ended before it told its address');
}
