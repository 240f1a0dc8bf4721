/** Decides which streams' new frames go through the vision graph together. */
import type { InferItem } from '../protocol.js';

export interface ItemGroup {
  /** Frames of each item. */
  readonly newFrames: number;
  /** Items of different streams, with their places in the request. */
  readonly members: { readonly item: InferItem; readonly place: number }[];
}

/**
 * Items with equally many frames share a run as long as it holds no more than `maxFrames` frames, so that a run never needs more memory than
 * a whole window. Two items of one stream never share a run and keep their order.
 */
export function groupItems(items: readonly InferItem[], frameBytes: number, maxFrames: number): ItemGroup[] {
  const groups: ItemGroup[] = [];
  items.forEach((item, place) => {
    const newFrames = item.pixels.length / frameBytes;
    const repeated = groups.some(({ members }) => members.some((member) => member.item.streamId === item.streamId));
    const room = (group: ItemGroup): boolean =>
      group.newFrames === newFrames && (group.members.length + 1) * newFrames <= maxFrames;
    const group = repeated ? undefined : groups.find(room);
    if (group === undefined) groups.push({ newFrames, members: [{ item, place }] });
    else group.members.push({ item, place });
  });
  return groups;
}
