// Takes up changes of files under a running server. It watches the directory to be prompt, for the kubelet swaps a mounted
// volume by a link in it, and looks every few seconds as well, for a watch misses changes on some file systems.
import type { Logger } from 'pino';
import { AppError } from '../../errors.ts';
import { watchDirectory } from './directory-watch.ts';

export interface Watched<T> {
  /** As log lines call it, such as "the facts file". */
  readonly what: string;
  readonly path: string;
  /** Where a change shows: the mounted directory itself, and not a file in it. */
  readonly directory: string;
  /** What was loaded when the server started. */
  readonly initial: T;
  /** @throws where it cannot be used; then what was loaded before, which it is given, stays */
  readonly load: (last: T) => T;
  readonly isSame: (a: T, b: T) => boolean;
  readonly onChange: (fresh: T) => void;
  /** Called at every look: whether the file can be used. */
  readonly onState?: (isUsable: boolean) => void;
  readonly pollMs: number;
}

/** @returns a function that ends the watching */
export function watch<T>(watched: Watched<T>, logger: Logger): () => void {
  const { what, path, directory, initial, load, isSame, onChange, onState, pollMs } = watched;
  let last = initial;
  let lastReason: string | undefined;
  const look = (): void => {
    try {
      const fresh = load(last);
      lastReason = undefined;
      onState?.(true);
      if (isSame(fresh, last)) return;
      last = fresh;
      onChange(fresh);
      logger.info({ path }, `took up a change of ${what}`);
    } catch (error) {
      // Whatever is wrong with a file must not end a running server, and is said once.
      const reason = error instanceof AppError ? error.detail : String(error);
      if (reason !== lastReason) logger.warn({ path, reason }, `${what} cannot be used; what was read before stays`);
      lastReason = reason;
      onState?.(false);
    }
  };
  const prompt = watchDirectory(directory, look);
  const timer = setInterval(() => {
    prompt.rearm();
    look();
  }, pollMs);
  timer.unref();
  return () => {
    prompt.close();
    clearInterval(timer);
  };
}
