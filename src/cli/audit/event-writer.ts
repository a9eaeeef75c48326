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

/** As it can be pasted into a ClusterRole. */
const RULE = '- { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] }';

/** Until the signal aborts. */
export async function writeEvents(options: EventWriterOptions, signal: AbortSignal): Promise<void> {
  const { announcements, logger } = options;
  const rest = (ms: number): Promise<unknown> => delay(ms, undefined, { signal }).catch(() => undefined);
  let lastTrouble: string | undefined;
  while (!signal.aborted) {
    const write = announcements.next(performance.now());
    if (write === undefined) {
      await rest(LOOK_MS);
      continue;
    }
    const { outcome, trouble } = await writeOne(options, write, signal);
    if (signal.aborted) return;
    announcements.done(write, outcome, performance.now());
    if (outcome.kind === 'failed') options.onWrite('failed');
    if (trouble === undefined) {
      if (outcome.kind === 'written' && lastTrouble !== undefined)
        logger.info('the Events of the audit are written again');
      if (outcome.kind === 'written') lastTrouble = undefined;
      continue;
    }
    if (trouble.message !== lastTrouble) logger.warn(trouble.details, trouble.message);
    lastTrouble = trouble.message;
    await rest(Math.max(PAUSE_MS, trouble.retryAfterMs));
  }
}

interface Written {
  readonly outcome: WriteOutcome;
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

function troubleOf(error: unknown): Pick<Written, 'trouble'> {
  const reason = systemReason(error);
  if (!(error instanceof ApiError)) return troubled('the Events of the audit cannot be written', { reason });
  const { status, retryAfterSeconds = 0 } = error;
  if (status === 403 && !reason.includes('being terminated')) {
    const message =
      'no right to write Events: nobody reads the findings of the audit there; add the rule to the ClusterRole';
    return troubled(message, { reason, rule: RULE });
  }
  // A namespace that ends, or one object that is refused.
  if (status !== undefined && status >= 400 && status < 500 && status !== 401 && status !== 429) return {};
  return troubled(
    'the Events of the audit cannot be written; they are tried again',
    { reason },
    retryAfterSeconds * 1000,
  );
}

function troubled(message: string, details: object, retryAfterMs = 0): Pick<Written, 'trouble'> {
  return { trouble: { message, details, retryAfterMs } };
}
