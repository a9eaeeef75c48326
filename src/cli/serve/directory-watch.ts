// Tells promptly that something in a directory has changed. It may miss changes (network file systems, a limit of the
// machine, a directory that is made anew), so whoever uses it looks now and then as well.
import { type FSWatcher, statSync, watch } from 'node:fs';

/** A change is rarely one event; looked at too early, it is half there. */
const SETTLE_MS = 100;

export interface DirectoryWatch {
  /** Watches again where the directory has been made anew; to be called now and then. */
  rearm(): void;
  close(): void;
}

export function watchDirectory(path: string, onChange: () => void): DirectoryWatch {
  let watcher: FSWatcher | undefined;
  let watched: string | undefined;
  let settling: NodeJS.Timeout | undefined;
  const disarm = (): void => {
    watcher?.close();
    watcher = undefined;
    watched = undefined;
  };
  const onEvent = (): void => {
    if (settling !== undefined) return;
    settling = setTimeout(() => {
      settling = undefined;
      onChange();
    }, SETTLE_MS).unref();
  };
  const rearm = (): void => {
    const identity = identityOf(path);
    if (identity === watched) return;
    disarm();
    if (identity === undefined) return;
    try {
      watcher = watch(path, { persistent: false }, onEvent).on('error', disarm);
      watched = identity;
    } catch {
      // Too many watches on this machine, or a file system that has none: the next look tries again.
    }
  };
  rearm();
  return {
    rearm,
    close: () => {
      clearTimeout(settling);
      disarm();
    },
  };
}

function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
