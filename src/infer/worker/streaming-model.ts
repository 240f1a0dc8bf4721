/** Streaming mode: only new frames go through the vision graph, beside what is cached of each stream's earlier ones. */
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import type { StreamSizes } from '../../checkpoint/index.js';
import type { InferItem, ItemScores } from '../protocol.js';
import { placesByVocabulary } from './by-vocabulary.js';
import { groupItems, type ItemGroup } from './group-items.js';
import { StreamState } from './stream-state.js';
import { rowOf, scoresOf, type Sessions, type WindowModel } from './window-model.js';

export class StreamingModel implements WindowModel {
  readonly #states = new Map<string, StreamState>();
  readonly #frameShape: readonly number[];
  readonly #frameBytes: number;

  /** `windowShape` is `[T, H, W, 3]`. */
  constructor(
    private readonly sessions: Sessions,
    private readonly sizes: StreamSizes,
    windowShape: readonly number[],
  ) {
    this.#frameShape = windowShape.slice(1);
    this.#frameBytes = this.#frameShape.reduce((product, size) => product * size, 1);
  }

  /** Items of several streams that bring equally many frames share a run. After a failure every stream of `items` must restart. */
  async run(items: readonly InferItem[]): Promise<ItemScores[]> {
    const results = new Map<number, ItemScores>();
    for (const group of groupItems(items, this.#frameBytes, this.sizes.frames)) {
      const states = group.members.map(({ item }) => this.#stateFor(item));
      await this.#encode(group, states);
      for (const [vocabulary, indices] of placesByVocabulary(group.members.map(({ item }) => item))) {
        const words = this.sessions.vocabularies.of(vocabulary);
        const output = await this.#score(pick(states, indices), words.embeddings);
        pick(group.members, indices).forEach(({ place }, row) => results.set(place, scoresOf(output, row, words)));
      }
      for (const { item } of group.members) if (!item.keep) this.forget(item.streamId);
    }
    return items.flatMap((_, place) => results.get(place) ?? []);
  }

  forget(streamId: string): void {
    this.#states.delete(streamId);
  }

  #stateFor({ streamId, restart }: InferItem): StreamState {
    const known = this.#states.get(streamId);
    if (known !== undefined && !restart) return known;
    if (!restart) throw new Error(`stream ${streamId} goes on, but nothing is known of it`);
    const fresh = new StreamState(this.sizes);
    this.#states.set(streamId, fresh);
    return fresh;
  }

  /** Runs the new frames of every member through the vision graph and moves the states on. */
  async #encode({ newFrames, members }: ItemGroup, states: readonly StreamState[]): Promise<void> {
    const batch = states.length;
    const { layers, frames, width } = this.sizes;
    const cache = [batch, layers, frames - 1, width];
    const pixels = members.map(({ item }) => item.pixels);
    const keys = states.map((state) => state.keys);
    const values = states.map((state) => state.values);
    const counts = BigInt64Array.from(states, ({ filled }) => BigInt(filled));
    const output = await this.sessions.vision.run({
      frames: new Tensor('uint8', join(pixels, bytesOf), [batch, newFrames, ...this.#frameShape]),
      past_keys: floats(keys, cache),
      past_values: floats(values, cache),
      past_counts: new Tensor('int64', counts, [batch]),
    });
    states.forEach((state, index) => {
      const part = (name: string): Float32Array => rowOf(output, name, index);
      const [features, terms] = [part('frame_features'), part('patch_terms')];
      state.advance({ features, terms, keys: part('next_keys').slice(), values: part('next_values').slice() });
    });
  }

  /** The head's output, one row a state. */
  #score(states: readonly StreamState[], textEmbeds: Tensor): Promise<InferenceSession.ReturnType> {
    const { frames, patches, projection } = this.sizes;
    const batch = states.length;
    const features = states.map((state) => state.features);
    const patchFeatures = states.map((state) => state.patchFeatures());
    return this.sessions.head.run({
      frame_features: floats(features, [batch, frames, projection]),
      patch_features: floats(patchFeatures, [batch, patches, projection]),
      text_embeds: textEmbeds,
    });
  }
}

function pick<T>(all: readonly T[], indices: readonly number[]): T[] {
  return indices.flatMap((index) => all[index] ?? []);
}

const bytesOf = (length: number): Uint8Array => new Uint8Array(length);
const floatsOf = (length: number): Float32Array => new Float32Array(length);

/** One array a stream, as one tensor. */
function floats(parts: readonly Float32Array[], shape: readonly number[]): Tensor {
  return new Tensor('float32', join(parts, floatsOf), shape);
}

/** The parts in one array; a single one is not copied. */
function join<T extends Uint8Array | Float32Array>(parts: readonly T[], allocate: (length: number) => T): T {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const joined = allocate(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    joined.set(part, end);
    end += part.length;
  }
  return joined;
}
