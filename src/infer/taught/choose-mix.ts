/** Chooses how much the taught examples count, by leaving one clip out at a time: the file tells by itself what helps. */
import { affinities, cosines, softmax } from './mix.js';
import type { Mix, ShotMemory } from './shot-memory.js';

/** One view of a taught clip, as the model alone saw it. */
export interface TaughtView {
  /** Views of one clip are left out together. */
  readonly clip: string;
  /** The label's number in the label set. */
  readonly label: number;
  readonly embedding: Float32Array;
  /** The text's logits, one a label. */
  readonly logits: Float32Array;
}

/** Where nothing can be left out: at one clip a label. Tip-Adapter's own start (alpha 1, beta 5.5), alpha on the scale of X-CLIP's logits. */
export const defaultMix: Mix = { alpha: 10, beta: 5.5 };

/** Alpha in logits, which spread over some ten to thirty; beta from a broad to a nearest-neighbour view of cosines. */
const alphas = [0, 0.5, 1, 2, 5, 10, 20, 50, 100];
const betas = [1, 2, 5.5, 10, 20, 50, 100, 200];

export interface ChosenMix extends Mix {
  /** Share of the left-out views recognised with the mix, 0..1; undefined where nothing could be left out. */
  readonly leftOutTop1?: number;
  /** The same with the text alone. */
  readonly textTop1?: number;
}

/**
 * The pair of alpha and beta under which the left-out views' true labels get the highest mean log-probability; of equal ones the
 * smallest. Views whose label has no other clip in `memory` are no queries: with none at all, `defaultMix`.
 * @param clips which clip each example of `memory` is a view of
 */
export function chooseMix(
  views: readonly TaughtView[],
  memory: Pick<ShotMemory, 'keys' | 'labels'>,
  clips: readonly string[],
): ChosenMix {
  const queries = views.map((view) => leaveOut(view, memory, clips)).filter((query) => query.answerable);
  if (queries.length === 0) return defaultMix;
  let best: (Mix & Judgement) | undefined;
  for (const beta of betas) {
    const affinity = queries.map(({ cosine, labels, view }) => affinities(cosine, labels, view.logits.length, beta));
    for (const alpha of alphas) {
      const judged = { alpha, beta, ...judge(queries, affinity, alpha) };
      if (best === undefined || judged.logProbability > best.logProbability + 1e-9) best = judged;
    }
  }
  const { alpha, beta, top1 } = best ?? { ...defaultMix, top1: 0 };
  return { alpha, beta, leftOutTop1: top1, textTop1: judge(queries, [], 0).top1 };
}

interface Query {
  readonly view: TaughtView;
  readonly cosine: readonly number[];
  readonly labels: readonly number[];
  readonly answerable: boolean;
}

function leaveOut(
  view: TaughtView,
  { keys, labels }: Pick<ShotMemory, 'keys' | 'labels'>,
  clips: readonly string[],
): Query {
  const all = cosines(view.embedding, keys);
  const others = clips.flatMap((clip, example) => (clip === view.clip ? [] : [example]));
  const left = others.map((example) => labels[example] ?? 0);
  const cosine = others.map((example) => all[example] ?? 0);
  return { view, cosine, labels: left, answerable: left.includes(view.label) };
}

interface Judgement {
  /** Mean over the queries, in nats. */
  readonly logProbability: number;
  readonly top1: number;
}

function judge(queries: readonly Query[], affinity: readonly Float64Array[], alpha: number): Judgement {
  let [sum, right] = [0, 0];
  queries.forEach(({ view }, i) => {
    const mixed = Array.from(view.logits, (logit, label) => logit + alpha * (affinity[i]?.[label] ?? 0));
    sum += Math.log(Math.max(softmax(mixed)[view.label] ?? 0, Number.MIN_VALUE));
    if (mixed.indexOf(Math.max(...mixed)) === view.label) right += 1;
  });
  return { logProbability: sum / queries.length, top1: right / queries.length };
}
