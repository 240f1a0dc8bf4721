import { expect, it } from 'vitest';
import { HttpServer, type Control } from '../src/http/index.js';
import { maxStreams, StreamChanges, type ChangeParts } from '../src/stream-changes.js';

it('the 65th stream is refused over HTTP, and nothing has changed', async () => {
  // As many streams as there may be, none of which must be touched.
  const registry = { size: maxStreams, isOpen: true, get: () => undefined };
  const config = { allowSources: ['rtsp://127.0.0.1'], mode: 'live' };
  const changes = new StreamChanges({ registry, config } as unknown as ChangeParts);
  const control: Partial<Control> = { putStream: (name, request) => changes.put(name, request) };
  const server = await HttpServer.open({ port: 0, snapshot: () => ({}), control: control as Control });
  try {
    const answer = await fetch(`${server.url}api/streams/one-more`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ source: 'rtsp://127.0.0.1/cam' }),
    });
    expect(maxStreams).toBe(64);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      code: 'STREAMS_FULL',
      detail: 'there are 64 streams, which is the limit',
    });
  } finally {
    await server.close();
  }
});
