// The metrics of `serve --ask`, in a registry of their own: it is no webhook, and has none of the webhook's numbers. No label has a
// name of an object in it.
import { Counter, collectDefaultMetrics, Gauge, Registry } from './bundled/prom-client.ts';

export interface AskerStoreNumbers {
  readonly entries: number;
  readonly bytes: number;
  /** Of the answer that was confirmed last, in milliseconds since the epoch; undefined where there is none. */
  readonly newestAtMs: number | undefined;
}

export interface AskerMetrics {
  readonly registry: Registry;
  leads(isLeading: boolean): void;
  /** @param result learned, not-kept, or why nothing was heard */
  asked(result: string): void;
  /** @param reason why a Pod is not asked, as a word */
  refused(reason: string): void;
  /** The same image, port and path were asked within the minute. */
  rateLimited(): void;
  store(outcome: 'written' | 'failed' | 'foreign'): void;
  stored(numbers: AskerStoreNumbers): void;
  /** All backends were looked at. @param atMs milliseconds since the epoch */
  looked(atMs: number): void;
  watchRestarted(kind: string, reason: string): void;
}

export function createAskerMetrics(): AskerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, ...labelNames: readonly L[]): Counter<L> =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const leader = gauge('guard_asker_leader', '1 in the replica that asks, 0 in the others.');
  const asked = counter(
    'guard_asker_asked_total',
    'Pods that were asked, by what came of it: learned, not-kept (403, 5xx and the like), or why nothing was heard.',
    'result',
  );
  const refused = counter(
    'guard_asker_refused_total',
    'Times that a Pod was not asked, by the reason; each look at everything counts again.',
    'reason',
  );
  const limited = counter(
    'guard_asker_rate_limited_total',
    'Times that the same image, port and path were not asked again within the minute.',
  );
  const writes = counter(
    'guard_asker_store_writes_total',
    'Times that the ConfigMap of what was learned was to be written: written, failed, or foreign (somebody else wrote there).',
    'outcome',
  );
  const entries = gauge('guard_asker_store_entries', 'Answers in the ConfigMap of what was learned.');
  const bytes = gauge('guard_asker_store_bytes', 'Size of what was learned, of 524288 at most.');
  const newest = gauge(
    'guard_asker_store_newest_timestamp_seconds',
    'When an answer was last learned or confirmed, in seconds since the epoch; 0 where none was.',
  );
  const last = gauge(
    'guard_asker_last_look_timestamp_seconds',
    'When the last look at every backend ended, in seconds since the epoch; 0 before the first.',
  );
  const restarts = counter(
    'guard_watch_restarts_total',
    'Watches that ended and were taken up again, by kind and by what ended them.',
    'kind',
    'reason',
  );
  return {
    registry,
    leads: (isLeading) => leader.set(isLeading ? 1 : 0),
    asked: (result) => asked.inc({ result }),
    refused: (reason) => refused.inc({ reason }),
    rateLimited: () => limited.inc(),
    store: (outcome) => writes.inc({ outcome }),
    stored: (numbers) => {
      entries.set(numbers.entries);
      bytes.set(numbers.bytes);
      newest.set((numbers.newestAtMs ?? 0) / 1000);
    },
    looked: (atMs) => last.set(atMs / 1000),
    watchRestarted: (kind, reason) => restarts.inc({ kind, reason }),
  };
}
