/** Where an evaluation's results go: standard output, and the picture of the confusion matrix. */
import { open, writeFile } from 'node:fs/promises';
import { ActionwireError } from '../core/errors.js';
import { confusionSvg, reportText, type Report } from '../evaluate/index.js';

/** One JSON object on one line, or text. */
export function writeReport(report: Report, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
}

/** @throws EVALUATION_OUTPUT_UNWRITABLE */
export async function writeConfusion(path: string, report: Report): Promise<void> {
  const { model, list, evaluated, top1 } = report;
  const title = `${model} on ${list}: top-1 ${(100 * top1).toFixed(1)} % of ${evaluated} clips`;
  await writeFile(path, confusionSvg(report.confusion, title)).catch((cause: unknown) => refuse(path, cause));
}

/** Finds out before hours of work, not after. @throws EVALUATION_OUTPUT_UNWRITABLE */
export async function mustBeWritable(path: string): Promise<void> {
  const handle = await open(path, 'a').catch((cause: unknown) => refuse(path, cause));
  await handle.close();
}

function refuse(path: string, cause: unknown): never {
  throw new ActionwireError('EVALUATION_OUTPUT_UNWRITABLE', `${path} cannot be written`, { cause });
}
