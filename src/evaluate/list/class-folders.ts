/** Finds the clips of a folder that has one folder a class. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NamedClip } from './clip-list.js';

const video = /\.(?:avi|mp4|m4v|mov|mkv|webm|mpe?g|ts|mts|flv|wmv|ogv|3gp|gif)$/i;

/**
 * Every sub-folder with a video is a class, every video in it a clip; folders inside a class and other files are left out. In the
 * order of the names' characters, which is the same on every machine.
 */
export async function readClassFolders(path: string): Promise<{ clips: NamedClip[]; classes: string[] }> {
  const clips: NamedClip[] = [];
  for (const label of await namesIn(path, 'folder')) {
    for (const name of await namesIn(join(path, label), 'file')) {
      if (video.test(name)) clips.push({ path: `${label}/${name}`, label });
    }
  }
  return { clips, classes: [...new Set(clips.map(({ label }) => label))] };
}

/** Links are followed by the reader of the clip, not here. */
async function namesIn(folder: string, kind: 'file' | 'folder'): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const wanted = entries.filter((entry) =>
    kind === 'folder' ? entry.isDirectory() : entry.isFile() || entry.isSymbolicLink(),
  );
  return wanted.map(({ name }) => name).sort();
}
