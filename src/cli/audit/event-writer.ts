// Writes the Events of the audit, one after the other. What cannot be written is tried again later, and why is said once.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Announcements, EventWrite, WriteOutcome } from '../../audit/announcements.ts';
import { eventBody } from '../../audit/event.ts';
import { ApiError, type ClusterConnection } from '../../cluster/api/connection.ts';
import { continueSeries, createEvent } from '../../cluster/api/events.ts';
import { microTime } from '../../cluster/lease/lease.ts';
import { systemReason } from '../../system-reason.ts';

export interface EventWriterOptions {
  readonly announcements: Announcements;
  readonly connection: ClusterConnection;
  /** Who reports: different in each process. */
  readonly instance: string;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly onWrite: (outcome: 'created' | 'continued' | 'failed') => void;
}

const LOOK_MS = 500;
/** After a failure that the next write would meet too. */
const PAUSE_MS = 30_000;

/** Different ones are reported; all are counted. */
const MAX_REFUSALS = 20;
const NO_RIGHT =
  'no right to write Events: nobody reads the findings of the audit there; add the rule to the ClusterRole';
/** As it can be pasted into a ClusterRole. */
const RULE = '- { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] }';

/** Until the signal aborts. */
export async function writeEvents(options: EventWriterOptions, signal: AbortSignal): Promise<void> {
  const { announcements, logger } = options;
  const rest = (ms: number): Promise<unknown> => delay(ms, undefined, { signal }).catch(() => undefined);
  const refusals = new Set<string>();
  let lastTrouble: string | undefined;
  while (!signal.aborted) {
    const write = announcements.next(performance.now());
    if (write === undefined) {
      await rest(LOOK_MS);
      continue;
    }
    const { outcome, refusal, trouble } = await writeOne(options, write, signal);
    if (signal.aborted) return;
    announcements.done(write, outcome, performance.now());
    if (outcome.kind === 'failed') options.onWrite('failed');
    if (refusal !== undefined && !refusals.has(refusal) && refusals.size < MAX_REFUSALS) {
      refusals.add(refusal);
      logger.warn({ reason: refusal }, 'an Event of the audit is refused');
    }
    if (trouble !== undefined) {
      if (trouble.message !== lastTrouble) logger.warn(trouble.details, trouble.message);
      lastTrouble = trouble.message;
      await rest(Math.max(PAUSE_MS, trouble.retryAfterMs));
    } else if (outcome.kind === 'written' && lastTrouble !== undefined) {
      logger.info('the Events of the audit are written again');
      lastTrouble = undefined;
    }
  }
}

interface Written {
  readonly outcome: WriteOutcome;
  /** Why the API server does not take this one. */
  readonly refusal?: string;
  /** What other Events would meet too. */
  readonly trouble?: { readonly message: string; readonly details: object; readonly retryAfterMs: number };
}

async function writeOne(
  { connection, instance, onWrite }: EventWriterOptions,
  { announcement, written }: EventWrite,
  signal: AbortSignal,
): Promise<Written> {
  const now = microTime(Date.now());
  try {
    if (
      written === 0 &&
      (await createEvent(connection, announcement, eventBody(announcement, instance, now), signal))
    ) {
      onWrite('created');
      return { outcome: { kind: 'written', count: 1 } };
    }
    const count = await continueSeries(connection, announcement, written === 0 ? undefined : written, now, signal);
    if (count === undefined) return { outcome: { kind: 'forgotten' } };
    onWrite('continued');
    return { outcome: { kind: 'written', count } };
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) connection.renewCredentials();
    return { outcome: { kind: 'failed' }, ...troubleOf(error) };
  }
}

function troubleOf(error: unknown): Pick<Written, 'refusal' | 'trouble'> {
  const reason = systemReason(error);
  const { status, retryAfterSeconds = 0 } = error instanceof ApiError ? error : {};
  const isOfNamespace = status === 404 || reason.includes('being terminated');
  if (isOfNamespace) return {};
  if (status === 403) {
    const details = { reason, rule: RULE };
    return { trouble: { message: NO_RIGHT, details, retryAfterMs: 0 } };
  }
  if (status !== undefined && status >= 400 && status < 500 && status !== 401 && status !== 429) {
    return { refusal: reason };
  }
  const message = 'the Events of the audit cannot be written now; they are tried again';
  return { trouble: { message, details: { reason }, retryAfterMs: retryAfterSeconds * 1000 } };
}
