/** The hardware decoders that can be asked for, and which of them a platform can have. */
import { ActionwireError } from '../core/errors.js';

export const hwaccelNames = ['vaapi', 'cuda', 'qsv', 'videotoolbox', 'd3d11'] as const;
export type HwaccelName = (typeof hwaccelNames)[number];
/** `none`: in software; `auto`: the first that works, else in software. */
export const hwaccelChoices = ['none', 'auto', ...hwaccelNames] as const;
export type HwaccelChoice = (typeof hwaccelChoices)[number];

/** In the order in which `auto` tries them: what is usual on a platform first. */
const platforms: Partial<Record<NodeJS.Platform, readonly HwaccelName[]>> = {
  linux: ['vaapi', 'cuda', 'qsv'],
  darwin: ['videotoolbox'],
  win32: ['d3d11', 'cuda', 'qsv'],
};

/**
 * What is to be tried, in this order; empty for software.
 * @throws ActionwireError HWACCEL_UNAVAILABLE for one that this platform cannot have
 */
export function hwaccelCandidates(
  choice: HwaccelChoice,
  platform: NodeJS.Platform = process.platform,
): readonly HwaccelName[] {
  const possible = platforms[platform] ?? [];
  if (choice === 'none') return [];
  if (choice === 'auto') return possible;
  if (possible.includes(choice)) return [choice];
  const others = possible.length === 0 ? 'there is none' : `there may be ${possible.join(', ')}`;
  throw new ActionwireError('HWACCEL_UNAVAILABLE', `There is no ${choice} on ${platform}; ${others}.`);
}
