// The files that a path on the command line stands for.
import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemReason } from '../../system-reason.ts';
import { kindOf } from './read-file.ts';

/** Something that could not be read; everything else is read all the same. */
export interface ReadFailure {
  readonly file: string;
  readonly line: number | undefined;
  readonly message: string;
}

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** @returns the path itself where it is a file, or what below a directory may hold manifests */
export function listFiles(path: string, failures: ReadFailure[], emptyDirectories: string[]): readonly string[] {
  if (path === '-') return [path];
  const failuresBefore = failures.length;
  const stats = tryRead(path, failures, () => statSync(path));
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [path];
  const files = listDirectory(path, failures);
  if (files.length === 0 && failures.length === failuresBefore) emptyDirectories.push(path);
  return files;
}

/** Links to files are followed (mounted ConfigMaps are links); links to directories are not, for they may go round. */
function listDirectory(directory: string, failures: ReadFailure[]): readonly string[] {
  const entries = tryRead(directory, failures, () => readdirSync(directory, { withFileTypes: true })) ?? [];
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return isSkipped(entry.name) ? [] : listDirectory(path, failures);
      if (!EXTENSIONS.some((extension) => entry.name.endsWith(extension))) return [];
      const stats = entry.isFile() ? undefined : statOrNothing(path);
      // FIFOs and the like are kept, for the reader to refuse by their names.
      return entry.isFile() || stats?.isFile() || (stats !== undefined && kindOf(stats) !== undefined) ? [path] : [];
    });
}

/** Whether a file so far below a directory that is given would be read, by its name. */
export function isManifestPath(below: string): boolean {
  const names = below.split('/');
  return !names.slice(0, -1).some(isSkipped) && EXTENSIONS.some((extension) => below.endsWith(extension));
}

/** Never manifests, and large; and where a mounted ConfigMap keeps the files that its links lead to (..2026_11_23_…). */
function isSkipped(directory: string): boolean {
  return directory === '.git' || directory === 'node_modules' || directory.startsWith('..');
}

/** undefined for a link that leads nowhere or round in a circle: editors leave such things behind. */
function statOrNothing(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function tryRead<T>(path: string, failures: ReadFailure[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    failures.push({ file: path, line: undefined, message: systemReason(error) });
    return undefined;
  }
}
