// What the files of `check` are compared with: the same paths in a revision of their repository, or another directory.
import { realpathSync, statSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { plainText } from '../../kubernetes/plain-text.ts';
import { type Manifests, readManifests } from '../files/manifests.ts';
import type { Io } from '../io.ts';
import { unreadable } from './git.ts';
import { readRevision } from './revision.ts';

export interface Base {
  /** As it was given. */
  readonly name: string;
  readonly manifests: Manifests;
}

/** @throws AppError base-unreadable */
export async function readBase(name: string, paths: readonly string[], io: Io): Promise<Base> {
  // A variable of a pipeline that is not set.
  if (name === '') throw unreadable('--base is empty.');
  // Git would take it for an option.
  if (name.startsWith('-')) throw unreadable(`"${plainText(name)}" begins with "-", as no revision does.`);
  if (isPath(name)) {
    refuseWithin(name, paths);
    return { name, manifests: await readManifests([name], io.readStdin) };
  }
  if (paths.includes('-')) {
    throw unreadable('Standard input has no revision: give --base the directory with what was rendered before.');
  }
  const { below, contents } = await readRevision(name, paths, io.environment);
  const manifests = await readManifests(paths, io.readStdin, {
    list: (path) => below.get(path) ?? [],
    read: (file) => contents.get(file) ?? Buffer.alloc(0),
  });
  return { name, manifests };
}

/** What was there before would be there now as well, and nothing would seem to be gone. */
function refuseWithin(name: string, paths: readonly string[]): void {
  const place = realpathSync(name);
  const around = paths.find((path) => {
    try {
      return path !== '-' && relative(realpathSync(path), place).split(sep)[0] !== '..';
    } catch {
      return false;
    }
  });
  if (around === undefined) return;
  throw unreadable(`"${plainText(name)}" lies within "${plainText(around)}", which is checked: put it elsewhere.`);
}

/** A directory, or a file of manifests; a revision of the same name can be written as refs/heads/NAME. */
function isPath(name: string): boolean {
  try {
    const stats = statSync(name);
    return stats.isDirectory() || (stats.isFile() && /\.(?:ya?ml|json)$/.test(name));
  } catch {
    return false;
  }
}
