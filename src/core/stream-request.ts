/** What may be said of a stream that is added to a running program. */
import { z } from 'zod';
import { labelEntry } from './label-set.js';
import { maxFps } from './model-info.js';

export const streamRequest = z.strictObject({
  /** As on the command line, without a name; environment variables are not put in. */
  source: z.string().min(1).max(4096),
  /** In place of the model's labels. */
  labels: z.exactOptional(z.array(labelEntry).max(1000)),
  /** Windows a second it may have scored, in place of the limit that every stream has. */
  maxWindows: z.exactOptional(z.number().min(0.01).max(maxFps)),
});

export type StreamRequest = z.infer<typeof streamRequest>;

/** How a stream is told of once it has been added. */
export interface AddedStream {
  readonly streamId: string;
  /** Without user information and query values. */
  readonly source: string;
}
