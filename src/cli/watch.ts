// Takes up changes of files under a running server. Polling, because the kubelet swaps a mounted volume by a link, which
// file watches miss.
import type { Logger } from 'pino';
import { AppError } from '../errors.ts';

export interface Watched<T> {
  /** As log lines call it, such as "the facts file". */
  readonly what: string;
  readonly path: string;
  /** What was loaded when the server started. */
  readonly initial: T;
  /** @throws where it cannot be used; then what was loaded before stays */
  readonly load: () => T;
  readonly isSame: (a: T, b: T) => boolean;
  readonly onChange: (fresh: T) => void;
  /** Told at every look whether the file can be used. */
  readonly onState?: (isUsable: boolean) => void;
  readonly pollMs: number;
}

/** @returns a function that ends the watching */
export function watch<T>(watched: Watched<T>, logger: Logger): () => void {
  const { what, path, initial, load, isSame, onChange, onState, pollMs } = watched;
  let last = initial;
  let lastReason: string | undefined;
  const timer = setInterval(() => {
    try {
      const fresh = load();
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
  }, pollMs);
  timer.unref();
  return () => clearInterval(timer);
}
