/** Lists of labelled clips in, accuracy out: the published protocols, their metrics and reports. Knows neither decoder nor engine. */
export { confusionSvg } from './confusion-svg.js';
export { evaluateClips, type EvaluationTools, type LabelledClip } from './evaluate-clips.js';
export { listFormats, type ClipList, type ListFormat } from './list/clip-list.js';
export { openList, type ListOptions } from './list/open-list.js';
export { matchLabels, type LabelMap } from './match-labels.js';
export type { ClipOutcome, ClipResult } from './outcome.js';
export { planProtocol, protocolNames, type Protocol, type ProtocolName } from './protocol.js';
export { readClips } from './read-clips.js';
export { buildReport, reportText, type Report, type Subject } from './report.js';
export { ResultsFile, type ResultSettings } from './results-file.js';
