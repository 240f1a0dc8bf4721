/** How far one way of computing scores is from another, over the windows of a video. */
import type { InferenceResult } from './inference-result.js';

export interface AgreementReport {
  readonly windows: number;
  /** Share of the windows whose best label is the same, 0..1. */
  readonly top1Agreement: number;
  /** |p - p'| over all labels of all windows, 0..1. */
  readonly meanDifference: number;
  readonly maxDifference: number;
  /** KL divergence of the other's probabilities from the reference's, in nats, mean over the windows. */
  readonly meanKl: number;
  readonly maxKl: number;
  /** Largest |logit - logit'|; the logits are cosines times the model's logit scale. */
  readonly maxLogitDifference: number;
  /** Cosine of the two video embeddings, -1..1: mean over the windows, and the least. */
  readonly meanCosine: number;
  readonly minCosine: number;
}

type Answer = Pick<InferenceResult, 'values' | 'logits' | 'embedding'>;

export class Agreement {
  #windows = 0;
  #sameTop = 0;
  #labels = 0;
  #differences = 0;
  #maxDifference = 0;
  #kl = 0;
  #maxKl = 0;
  #maxLogitDifference = 0;
  #cosines = 0;
  #minCosine = 1;

  /** The two answers to one window; both have the same labels. */
  add(reference: Answer, other: Answer): void {
    const differences = differencesOf(reference.values, other.values);
    const kl = divergence(reference.logits, other.logits);
    const cosine = cosineOf(reference.embedding, other.embedding);
    this.#windows += 1;
    this.#sameTop += best(reference.values) === best(other.values) ? 1 : 0;
    this.#labels += differences.length;
    this.#differences += differences.reduce((sum, value) => sum + value, 0);
    this.#maxDifference = Math.max(this.#maxDifference, ...differences);
    this.#kl += kl;
    this.#maxKl = Math.max(this.#maxKl, kl);
    this.#maxLogitDifference = Math.max(this.#maxLogitDifference, ...differencesOf(reference.logits, other.logits));
    this.#cosines += cosine;
    this.#minCosine = Math.min(this.#minCosine, cosine);
  }

  /** Of the windows so far, at least one. */
  report(): AgreementReport {
    return {
      windows: this.#windows,
      top1Agreement: this.#sameTop / this.#windows,
      meanDifference: this.#differences / this.#labels,
      maxDifference: this.#maxDifference,
      meanKl: this.#kl / this.#windows,
      maxKl: this.#maxKl,
      maxLogitDifference: this.#maxLogitDifference,
      meanCosine: this.#cosines / this.#windows,
      minCosine: this.#minCosine,
    };
  }
}

function differencesOf(a: Float32Array, b: Float32Array): number[] {
  return Array.from(a, (value, label) => Math.abs(value - (b[label] ?? 0)));
}

/** At most 1, which rounding would exceed. */
function cosineOf(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return Math.min(1, dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)));
}

function best(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}

/** KL(p || q) of two softmaxes, in nats; from logits in float64, so that no probability is rounded to zero. */
function divergence(p: Float32Array, q: Float32Array): number {
  const [logP, logQ] = [logSoftmax(p), logSoftmax(q)];
  const sum = logP.reduce((total, log, label) => total + Math.exp(log) * (log - (logQ[label] ?? 0)), 0);
  return Math.max(0, sum);
}

function logSoftmax(logits: Float32Array): number[] {
  const top = Math.max(...logits);
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
  return Array.from(logits, (logit) => logit - top - total);
}
