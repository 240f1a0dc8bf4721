/** A Frame is prepared once, a Window of them becomes Scores, Scores become ActionEvents. */
import type { Observable, OperatorFunction } from 'rxjs';
import type { ActionwireMessage, ScoreItem, StreamItem, WindowItem } from './core/types.js';

/** The three operators between a stream's frames and its events. */
export interface Stages {
  readonly window: OperatorFunction<StreamItem, WindowItem>;
  readonly classify: OperatorFunction<WindowItem, ScoreItem>;
  readonly track: OperatorFunction<ScoreItem, ActionwireMessage>;
}

/** Turns one stream's items into its messages: events, scores, states, gaps and drops, in order. */
export function recognise(
  items: Observable<StreamItem>,
  { window, classify, track }: Stages,
): Observable<ActionwireMessage> {
  return items.pipe(window, classify, track);
}
