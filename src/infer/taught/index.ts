/** What the rest of the program may use of teaching. */
export { chooseMix, type ChosenMix, type TaughtView } from './choose-mix.js';
export { memoryFor, withTaughtLabels } from './memory-for.js';
export { mustBeTaughtTo, weightsSha256 } from './model-identity.js';
export { examplesOf, readTaught, writeTaught, type Taught } from './taught-file.js';
