/** Error codes of evaluation. */
import type { CatalogueEntry } from './entry.js';

export const evaluateErrors = {
  EVALUATION_LIST_INVALID: {
    summary: 'The list of clips to evaluate cannot be read or is of no known form.',
    hint: 'docs/evaluation.md shows the forms: `path label` lines, split files of UCF101 or HMDB51, or a folder for each class.',
  },
  EVALUATION_LABEL_UNKNOWN: {
    summary: 'Clips of the list have labels that the model is not choosing from.',
    hint: "Choose from the data set's own with `--labels dataset`, give a label set with `--labels`, or translate with `--map`.",
  },
  EVALUATION_NOTHING_READ: {
    summary: 'Not one clip of the list could be read.',
    hint: 'Name the folder that the paths of the list begin at with `--root`.',
  },
  EVALUATION_RESULTS_INVALID: {
    summary: 'The file given to `--resume` holds no results, or results of another model, label set or protocol.',
    hint: 'Go on with the options it was made with, or name a new file.',
  },
  EVALUATION_OUTPUT_UNWRITABLE: {
    summary: 'A file that the evaluation was told to write cannot be written.',
    hint: 'Check that its folder exists, may be written to and has room.',
  },
  TRUTH_INVALID: {
    summary: 'The file that says what a recording really shows is missing or not acceptable.',
    hint: 'Put {"segments": [{"label": "waving", "fromMs": 1200, "toMs": 4000}]} beside clip.mp4, as clip.truth.json.',
  },
} as const satisfies Record<string, CatalogueEntry>;
