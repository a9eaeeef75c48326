// Of processes that would do the same work, such as files of tests that all need a program that is not built yet, one does it and
// the others wait until it is done. A lock whose process was killed is not waited for.
import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;
const BEAT_EVERY_MS = 1000;
/** A holder that lives has touched the file since, however busy its machine is; were it late, two would do the work. */
const STALE_MS = 30_000;

/** @param file in a directory that is there; made while the work is done */
export async function oneAtATime<T>(file: string, work: () => Promise<T>): Promise<T> {
  while (!isTaken(file)) await delay(LOOK_EVERY_MS);
  const beat = setInterval(() => touch(file), BEAT_EVERY_MS);
  const release = (): void => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}

/** @returns whether it is ours now */
function isTaken(file: string): boolean {
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const touchedMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (touchedMs !== undefined && Date.now() - touchedMs > STALE_MS) rmSync(file, { force: true });
  return false;
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Somebody cleared the cache: nothing is left to guard.
  }
}
