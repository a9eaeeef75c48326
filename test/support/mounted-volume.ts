// A directory that changes as a mounted Secret or ConfigMap does: the files of each version in a directory of its own,
// and one link to it that is swapped (kubernetes pkg/volume/util/atomic_writer.go).
import { mkdirSync, mkdtempSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type VolumeFiles = Readonly<Record<string, string | Buffer>>;

/** Makes the directory where it is missing, or gives it its next version. Files have the same names in every version. */
export function writeVolume(dir: string, files: VolumeFiles): void {
  mkdirSync(dir, { recursive: true });
  const version = mkdtempSync(join(dir, `..${new Date().toISOString().replaceAll(/\W/g, '_')}.`));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(version, name), content);
  const former = linkIn(dir);
  symlinkSync(version.slice(dir.length + 1), join(dir, '..data_tmp'));
  renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
  if (former !== undefined) {
    rmSync(join(dir, former), { recursive: true });
    return;
  }
  for (const name of Object.keys(files)) symlinkSync(join('..data', name), join(dir, name));
}

function linkIn(dir: string): string | undefined {
  try {
    return readlinkSync(join(dir, '..data'));
  } catch {
    return undefined;
  }
}
