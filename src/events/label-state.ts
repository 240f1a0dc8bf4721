/** The states of one label and the moves allowed between them; docs/events.md shows the same table. */
export type LabelState = 'idle' | 'rising' | 'active' | 'falling';

/**
 * idle: not seen. rising: above `enter`, not yet long enough, not announced. active: announced and going on.
 * falling: announced, below `exit`, may still recover.
 */
const moves: Readonly<Record<LabelState, readonly LabelState[]>> = {
  idle: ['rising'],
  rising: ['active', 'idle'],
  active: ['falling', 'idle'],
  falling: ['active', 'idle'],
};

/** True when the table allows going from `from` to `to`. */
export function canMove(from: LabelState, to: LabelState): boolean {
  return moves[from].includes(to);
}
