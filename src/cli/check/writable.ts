// Whether a file may be written, and how: a new file beside it takes its place in one step, so that nobody ever reads a half.
import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import process from 'node:process';
import { systemReason } from '../../system-reason.ts';
import { readRegularFile } from '../files/read-file.ts';

/** @param given as on the command line @returns why the file is left alone, if it is */
export function refuseToWrite(file: string, given: readonly string[]): string | undefined {
  try {
    const stats = lstatSync(file);
    if (stats.isSymbolicLink()) return 'its file is a symbolic link';
    if (stats.nlink > 1) return 'its file has more than one name (hard links)';
    const roots = given.filter((path) => path !== file && isBelow(join(file), join(path)));
    const real = realpathSync(file);
    if (roots.length > 0 && !roots.some((root) => isBelow(real, realpathSync(root)))) return 'its file lies elsewhere';
    // A rename needs no right to the file itself.
    accessSync(file, constants.W_OK);
    return isChartTemplate(real) ? 'it is a template' : undefined;
  } catch (error) {
    return systemReason(error);
  }
}

function isBelow(file: string, directory: string): boolean {
  return directory === '.' || file.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

/** Below `templates` of a chart, whatever its text looks like. */
function isChartTemplate(file: string): boolean {
  const parts = file.split(sep);
  return parts.some(
    (part, index) =>
      part === 'templates' &&
      lstatSync([...parts.slice(0, index), 'Chart.yaml'].join(sep), { throwIfNoEntry: false }) !== undefined,
  );
}

/** @throws Error where it cannot be written, or is not what was read before; the file is then as it was */
export function replaceFile(file: string, before: Buffer, after: Buffer): void {
  const beside = join(dirname(file), `.${basename(file).slice(0, 100)}.${randomUUID()}.tmp`);
  const { mode, uid, gid } = lstatSync(file);
  const descriptor = openSync(beside, 'wx', 0o600);
  try {
    try {
      for (let written = 0; written < after.length; ) written += writeSync(descriptor, after, written);
      if (process.getuid?.() !== uid || process.getgid?.() !== gid) fchownSync(descriptor, uid, gid);
      fchmodSync(descriptor, mode & 0o7777);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (lstatSync(file).isSymbolicLink() || !readRegularFile(file).equals(before)) {
      throw new Error('it was changed by somebody else in the meantime');
    }
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
