/** The stack, the marks and the memo of a pickle, each with a limit far above what a file of weights needs. */
import { isKind, PickleProblem, type DictValue, type PickleValue } from './pickle-values.js';

const MAX_STACK = 100_000;
const MAX_MEMO = 200_000;

export class PickleMachine {
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  push(value: PickleValue): void {
    if (this.#stack.length >= MAX_STACK) throw new PickleProblem('refused', `stacks more than ${MAX_STACK} values`);
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.length > (this.#marks.at(-1) ?? 0) ? this.#stack.pop() : undefined;
    if (value === undefined) throw new PickleProblem('damaged', 'takes a value that is not there');
    return value;
  }

  /** The last value, left where it is. */
  top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  mark(): void {
    if (this.#marks.length >= MAX_STACK) throw new PickleProblem('refused', `nests deeper than ${MAX_STACK}`);
    this.#marks.push(this.#stack.length);
  }

  /** Everything behind the last mark, which is taken away with it. */
  popToMark(): PickleValue[] {
    const start = this.#marks.pop();
    if (start === undefined) throw new PickleProblem('damaged', 'takes a mark that is not there');
    return this.#stack.splice(start);
  }

  /** The last `count` values, in their order, as a tuple. */
  pushTuple(count: number): void {
    const items = Array.from({ length: count }, () => this.pop()).reverse();
    this.push({ kind: 'tuple', items });
  }

  remember(index = this.#memo.size): void {
    if (this.#memo.size >= MAX_MEMO) throw new PickleProblem('refused', `remembers more than ${MAX_MEMO} values`);
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new PickleProblem('damaged', `recalls value ${index}, which it never remembered`);
    this.push(value);
  }

  /** The items of a call: the tuple on top. */
  popArguments(): readonly PickleValue[] {
    const args = this.pop();
    if (!isKind(args, 'tuple')) throw new PickleProblem('refused', 'calls something with no tuple of arguments');
    return args.items;
  }

  /** The dictionary on top, left where it is. */
  dict(): DictValue {
    const value = this.top();
    if (!isKind(value, 'dict')) throw new PickleProblem('refused', 'changes something that is no dictionary');
    return value;
  }
}
