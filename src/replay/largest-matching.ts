/** Pairs as many things of two sides as possible, each at most once (augmenting paths). */

/**
 * @param choices for each of `left`, the acceptable partners, best first
 * @returns the partner of each of `left` that got one, in the order of `left`
 */
export function largestMatching<L, R>(left: readonly L[], choices: readonly (readonly R[])[]): Map<L, R> {
  const takenBy = new Map<R, number>();
  for (let at = 0; at < left.length; at++) findPartner(at, choices, takenBy);
  const partnerOf = new Map([...takenBy].map(([right, at]) => [at, right]));
  return new Map(left.flatMap((item, at) => (partnerOf.has(at) ? [[item, partnerOf.get(at) as R]] : [])));
}

/**
 * Looks breadth first, so that a long chain of displacements needs no deep stack: whoever has the partner that is wanted
 * is offered another one.
 */
function findPartner<R>(start: number, choices: readonly (readonly R[])[], takenBy: Map<R, number>): void {
  const wantedBy = new Map<R, number>();
  const queue = [start];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const right of choices[at] ?? []) {
      if (wantedBy.has(right)) continue;
      wantedBy.set(right, at);
      const owner = takenBy.get(right);
      if (owner === undefined) {
        displace(right, start, wantedBy, takenBy);
        return;
      }
      queue.push(owner);
    }
  }
}

/** Gives the free `last` to who wanted it, what that one had to the next, and so on back to `start`. */
function displace<R>(last: R, start: number, wantedBy: ReadonlyMap<R, number>, takenBy: Map<R, number>): void {
  const hadBefore = new Map([...takenBy].map(([right, at]) => [at, right]));
  let right: R | undefined = last;
  while (right !== undefined) {
    const at = wantedBy.get(right);
    if (at === undefined) return;
    takenBy.set(right, at);
    right = at === start ? undefined : hadBefore.get(at);
  }
}
