/** `PUT /api/streams/{name}/labels`: replaces the labels of a stream that runs. */
import type { Handler } from 'hono';
import { z } from 'zod';
import { labelEntry } from '../core/label-set.js';
import { answer, readBody, type Control } from './control.js';

const body = z.strictObject({ labels: z.array(labelEntry).max(1000) });

export function putLabels({ setLabels }: Pick<Control, 'setLabels'>): Handler<object, '/api/streams/:name/labels'> {
  return async (context) => {
    const wanted = await readBody(context, body, '{"labels": ["one", "other"]}');
    if (wanted instanceof Response) return wanted;
    return answer(async () => context.json(await setLabels(context.req.param('name'), wanted.labels)));
  };
}
