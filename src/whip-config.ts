/** What can be set about publishing (WHIP), with defaults and bounds. */
import { z } from 'zod';

const port = z.number().int().min(1024).max(65_535);

export const whipSchema = z.strictObject({
  /** What a publisher must know; without one only programs of this machine may publish. */
  token: z
    .string()
    .regex(/^[\x21-\x7e]{16,512}$/, 'a token has 16 to 512 characters, all of them printable ASCII and no spaces')
    .optional(),
  /** Address of this machine that publishers send to; default: where their request came in. */
  address: z.union([z.ipv4(), z.ipv6()], { error: 'expected an IP address of this machine' }).optional(),
  /** UDP ports to choose from, both included; default: any free one. */
  ports: z
    .strictObject({ from: port, to: port })
    .refine(({ from, to }) => from <= to, 'the first port must not be above the last')
    .optional(),
  /** STUN servers that this program and the publishers ask; default: none. */
  iceServers: z
    .array(z.string().regex(/^stun:[\w.-]+(?::\d{1,5})?$/, 'expected stun:host[:port]'))
    .max(4)
    .default([]),
  /** Publishers of all streams together. */
  publishers: z.number().int().min(1).max(64).default(16),
});

export type WhipConfig = z.output<typeof whipSchema>;
