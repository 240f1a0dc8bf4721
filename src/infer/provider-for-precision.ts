/** Which providers can compute in a precision. */
import { ActionwireError } from '../core/errors.js';
import type { Precision } from '../core/model-info.js';
import { candidatesFor, type Candidates, type ProviderChoice } from './provider.js';

/**
 * The providers to try in this order. int8 is for the CPU alone: its products (`DynamicQuantizeMatMul`) exist nowhere else, and ONNX
 * Runtime would leave them to the CPU without a word.
 * @throws PRECISION_UNAVAILABLE when another one is asked for by name
 */
export function candidatesInPrecision(choice: ProviderChoice, precision: Precision): Candidates {
  if (precision !== 'int8' || choice === 'cpu') return candidatesFor(choice);
  if (choice === 'auto') return { names: ['cpu'], remark: 'int8 runs on the CPU alone' };
  throw new ActionwireError('PRECISION_UNAVAILABLE', `int8 does not run on ${choice}`);
}
