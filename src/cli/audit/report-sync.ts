// Makes one report what it should be: reads it, and writes only where it says something else. A report that is not marked as the
// guard's is never written.

import type { ReportJob, ReportOutcome } from '../../audit/report-schedule.ts';
import { digestOf, digestOfStored, isOwnReport, reportBody, takesAway } from '../../audit/stored-report.ts';
import { ApiError, type ClusterConnection } from '../../cluster/api/connection.ts';
import { createReport, deleteReport, readReport, replaceReport } from '../../cluster/api/reports.ts';
import { systemReason } from '../../system-reason.ts';

export type ReportVerb = 'get' | 'list' | 'create' | 'update' | 'delete';

export type ReportWrite = 'created' | 'updated' | 'deleted' | 'foreign' | 'failed';

export interface Synced {
  readonly outcome: ReportOutcome;
  readonly write?: ReportWrite;
  /** What the API server let the guard do. */
  readonly did: readonly ReportVerb[];
  readonly problem?: ReportProblem;
}

export type ReportProblem =
  | { readonly kind: 'no-right'; readonly verb: ReportVerb; readonly reason: string }
  /** The API server does not take this one. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** What other reports would meet too. */
  | { readonly kind: 'trouble'; readonly reason: string; readonly retryAfterMs: number }
  /** There is no such namespace, or no such API any more. */
  | { readonly kind: 'gone' };

/** @param holdMs for so long nothing that is stored is taken away */
export async function syncReport(
  connection: ClusterConnection,
  { kind, namespace, content }: ReportJob,
  signal: AbortSignal,
  holdMs = 0,
): Promise<Synced> {
  const did: ReportVerb[] = [];
  let verb: ReportVerb = 'get';
  const ended = (write?: ReportWrite): Synced => {
    did.push(verb);
    return { outcome: { kind: 'done' }, ...(write === undefined ? {} : { write }), did };
  };
  try {
    const stored = await readReport(connection, kind, namespace, signal);
    if (stored !== undefined && !isOwnReport(stored)) return { ...ended('foreign'), outcome: { kind: 'left' } };
    const isRight =
      content === undefined ? stored === undefined : stored && digestOfStored(stored) === digestOf(content);
    if (isRight === true) return ended();
    if (holdMs > 0 && takesAway(stored, content)) {
      return { ...ended(), outcome: { kind: 'later', afterMs: holdMs } };
    }
    did.push(verb);
    if (content === undefined) {
      if (stored === undefined) return ended();
      verb = 'delete';
      await deleteReport(connection, kind, namespace, stored, signal);
      return ended('deleted');
    }
    const body = reportBody(kind, namespace, content, stored, Date.now());
    verb = stored === undefined ? 'create' : 'update';
    await (stored === undefined ? createReport : replaceReport)(connection, kind, namespace, body, signal);
    return ended(stored === undefined ? 'created' : 'updated');
  } catch (error) {
    return { ...failure(error, verb, connection), did };
  }
}

function failure(error: unknown, verb: ReportVerb, connection: ClusterConnection): Omit<Synced, 'did'> {
  if (error instanceof ApiError && error.status === 409) return { outcome: { kind: 'conflict' } };
  const problem = problemOf(error, verb, connection);
  if (problem.kind === 'gone') return { outcome: { kind: 'left' }, problem };
  const retryAfterMs = problem.kind === 'trouble' ? problem.retryAfterMs : 0;
  return { outcome: { kind: 'failed', retryAfterMs }, write: 'failed', problem };
}

/** As the API server words it for every authorizer (k8s.io/apiserver pkg/endpoints/handlers/responsewriters/errors.go). */
const NO_RIGHT = /\bforbidden: User ".*" cannot /s;

export function problemOf(
  error: unknown,
  verb: ReportVerb,
  connection: Pick<ClusterConnection, 'renewCredentials'>,
): ReportProblem {
  const reason = systemReason(error);
  const { status, retryAfterSeconds = 0 } = error instanceof ApiError ? error : {};
  if (status === 404 || reason.includes('being terminated')) return { kind: 'gone' };
  // A quota or another webhook says 403 too.
  if (status === 403 && NO_RIGHT.test(reason)) return { kind: 'no-right', verb, reason };
  if (status === 401) connection.renewCredentials();
  const isRefused = status !== undefined && status >= 400 && status < 500 && status !== 401 && status !== 429;
  return isRefused ? { kind: 'refused', reason } : { kind: 'trouble', reason, retryAfterMs: retryAfterSeconds * 1000 };
}
