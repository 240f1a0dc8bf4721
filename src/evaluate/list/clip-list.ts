/** The clips to evaluate, whatever kind of list names them. */

export const listFormats = ['list', 'ucf101', 'hmdb51', 'folders'] as const;
export type ListFormat = (typeof listFormats)[number];

/** A clip as its list names it. */
export interface NamedClip {
  /** Relative to the videos' folder, or absolute; unique within a list. */
  readonly path: string;
  /** In the data set's own words. */
  readonly label: string;
}

export interface ClipEntry extends NamedClip {
  /** The file to open, absolute. */
  readonly file: string;
}

export interface ClipList {
  readonly format: ListFormat;
  /** In the list's order; at least one. */
  readonly entries: readonly ClipEntry[];
  /** All classes of the data set, also those without a clip here. */
  readonly classes: readonly string[];
}
