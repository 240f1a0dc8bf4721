/** Turns decoded pictures upright, resizes them and makes them RGB, in one filter graph that follows their shape. */
import {
  AV_BUFFERSRC_FLAG_KEEP_REF,
  AV_BUFFERSRC_FLAG_PUSH,
  AV_FRAME_FLAG_INTERLACED,
  type AVBufferSrcFlag,
} from 'node-av/constants';
import { Filter, FilterGraph, FilterInOut, Frame, type FilterContext } from 'node-av/lib';
import type { Picture } from '../../core/picture.js';
import { SourceFailure, throwIfFailed } from './averror.js';
import type { PictureShape } from './filter-chain.js';

interface Graph {
  readonly shape: string;
  readonly native: FilterGraph;
  readonly source: FilterContext;
  readonly sink: FilterContext;
}

const addFlags = (AV_BUFFERSRC_FLAG_PUSH | AV_BUFFERSRC_FLAG_KEEP_REF) as AVBufferSrcFlag;

/** Owns the graph and rebuilds it when the pictures change their shape or colour tags. Fetches pictures from the hardware that decoded them. */
export class PictureFilter {
  #graph: Graph | undefined;
  readonly #output = new Frame();
  readonly #fetched = new Frame();
  /** Once seen, for good: streams that mix both kinds of pictures would have the graph rebuilt all the time. */
  #interlaced = false;

  /** @param chain the filters, in FFmpeg's language, for a decoded picture of that shape; they end in rgb24 */
  constructor(private readonly chain: (picture: PictureShape) => string) {
    this.#output.alloc();
    this.#fetched.alloc();
  }

  /**
   * @returns the picture after the chain, a copy of its own
   * @throws SourceFailure when FFmpeg cannot convert this picture
   */
  prepare(picture: Frame): Picture {
    if (!picture.isHwFrame()) return this.#filter(picture);
    try {
      throwIfFailed(picture.hwframeTransferDataSync(this.#fetched));
      throwIfFailed(this.#fetched.copyProps(picture));
      return this.#filter(this.#fetched);
    } finally {
      this.#fetched.unref();
    }
  }

  #filter(picture: Frame): Picture {
    const graph = this.#graphFor(picture);
    throwIfFailed(graph.source.buffersrcAddFrameSync(picture, addFlags));
    throwIfFailed(graph.sink.buffersinkGetFrameSync(this.#output));
    try {
      const { width, height } = this.#output;
      return { width, height, pixels: this.#output.toBuffer() };
    } finally {
      this.#output.unref();
    }
  }

  close(): void {
    this.#graph?.native.free();
    this.#graph = undefined;
    this.#output.free();
    this.#fetched.free();
  }

  #graphFor(picture: Frame): Graph {
    this.#interlaced ||= picture.hasFlags(AV_FRAME_FLAG_INTERLACED);
    const { width, height, format, colorSpace, colorRange, sampleAspectRatio } = picture;
    const interlaced = this.#interlaced;
    const pixels = `${format}:${colorSpace}:${colorRange}:${sampleAspectRatio.num}/${sampleAspectRatio.den}`;
    const shape = `${width}x${height}:${pixels}:${interlaced}`;
    if (this.#graph?.shape !== shape) {
      this.#graph?.native.free();
      this.#graph = undefined;
      this.#graph = buildGraph(shape, picture, this.chain({ width, height, interlaced }));
    }
    return this.#graph;
  }
}

function buildGraph(shape: string, picture: Frame, chain: string): Graph {
  const native = new FilterGraph();
  native.alloc();
  try {
    native.nbThreads = 1;
    const source = addSource(native, picture);
    const sink = native.createFilter(filterNamed('buffersink'), 'out', null);
    if (sink === null) throw new Error('FFmpeg could not create a buffer sink');
    addChain(native, chain, source, sink);
    throwIfFailed(native.configSync());
    return { shape, native, source, sink };
  } catch (error) {
    native.free();
    throw error;
  }
}

function addSource(graph: FilterGraph, picture: Frame): FilterContext {
  const source = graph.allocFilter(filterNamed('buffer'), 'in');
  if (source === null) throw new Error('FFmpeg could not create a buffer source');
  const { width, height, format, sampleAspectRatio, colorRange, colorSpace } = picture;
  // The chain does not look at timestamps: any time base will do.
  const timeBase = { num: 1, den: 1000 };
  throwIfFailed(
    source.buffersrcParametersSet({ width, height, format, timeBase, sampleAspectRatio, colorRange, colorSpace }),
  );
  throwIfFailed(source.init(null));
  return source;
}

function addChain(graph: FilterGraph, chain: string, source: FilterContext, sink: FilterContext): void {
  const segment = graph.segmentParse(chain);
  if (segment === null) throw new Error(`FFmpeg could not read the filter chain ${chain}`);
  const inputs = new FilterInOut();
  const outputs = new FilterInOut();
  try {
    throwIfFailed(segment.createFilters());
    throwIfFailed(segment.applyOpts());
    throwIfFailed(segment.apply(inputs, outputs));
    if (inputs.filterCtx === null || outputs.filterCtx === null) throw new Error('the filter chain has loose ends');
    throwIfFailed(source.link(0, inputs.filterCtx, inputs.padIdx));
    throwIfFailed(outputs.filterCtx.link(outputs.padIdx, sink, 0));
  } finally {
    inputs.free();
    outputs.free();
    segment.free();
  }
}

function filterNamed(name: string): Filter {
  const filter = Filter.getByName(name);
  if (filter === null)
    throw new SourceFailure({ kind: 'unsupported', message: `This FFmpeg has no '${name}' filter.` });
  return filter;
}
