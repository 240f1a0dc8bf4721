/** `PUT` and `DELETE /api/streams/{name}`: adds a stream to the running program, replaces one, takes one away. */
import type { Handler } from 'hono';
import { streamRequest } from '../core/stream-request.js';
import { answer, readBody, type Control } from './control.js';

/** 201 for a new stream, 200 for one that was there, be it the same or replaced. */
export function putStream({ putStream: put }: Pick<Control, 'putStream'>): Handler<object, '/api/streams/:name'> {
  return async (context) => {
    const wanted = await readBody(context, streamRequest, '{"source": "rtsp://camera/stream"}');
    if (wanted instanceof Response) return wanted;
    return answer(async () => {
      const { created, stream } = await put(context.req.param('name'), wanted);
      return context.json(stream, created ? 201 : 200);
    });
  };
}

export function deleteStream({
  deleteStream: remove,
}: Pick<Control, 'deleteStream'>): Handler<object, '/api/streams/:name'> {
  return (context) =>
    answer(async () => {
      await remove(context.req.param('name'));
      return context.body(null, 204);
    });
}
