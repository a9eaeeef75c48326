// Writes the reports of the audit, one after the other, in whichever API the cluster has now; it may get one later, or a newer one.
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import { otherKinds, type ReportSchedule, type StoredReport } from '../../audit/report-schedule.ts';
import { digestOfStored, isOwnReport } from '../../audit/stored-report.ts';
import type { ClusterConnection } from '../../cluster/api/connection.ts';
import { findReportKinds, listReports } from '../../cluster/api/reports.ts';
import { at, textOr } from '../../kubernetes/read.ts';
import type { ReportKind } from '../../kubernetes/report-kinds.ts';
import { ReportLog } from './report-log.ts';
import { problemOf, type ReportProblem, type ReportWrite, syncReport } from './report-sync.ts';

export interface ReportWriterOptions {
  readonly schedule: ReportSchedule;
  readonly connection: ClusterConnection;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly onWrite: (write: ReportWrite) => void;
  /** @param kind undefined where the cluster has none */
  readonly onKind: (kind: ReportKind | undefined) => void;
}

const LOOK_MS = 500;
/** How often it is asked which APIs there are. */
const KINDS_MS = 30_000;
/** How often all that is stored is looked at: somebody may have deleted or edited a report. */
const STORED_MS = 10 * 60_000;
const RETRY_MS = 60_000;
/**
 * Facts that Google gives come some seconds after a start, and findings that rest on them: what another leader wrote of them
 * must not go and come again at every roll-out.
 */
const HOLD_MS = 30_000;
/** After a failure that the next write would meet too. */
const PAUSE_MS = 30_000;

/** Until the signal aborts. */
export async function writeReports(options: ReportWriterOptions, signal: AbortSignal): Promise<void> {
  const writer = new ReportWriter(options, signal);
  while (!signal.aborted) {
    const problem = await writer.step(performance.now());
    const pauseMs = problem === undefined ? 0 : pauseAfter(problem);
    if (pauseMs > 0) await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

function pauseAfter(problem: ReportProblem | 'nothing-due'): number {
  if (problem === 'nothing-due') return LOOK_MS;
  if (problem.kind === 'trouble') return Math.max(PAUSE_MS, problem.retryAfterMs);
  return problem.kind === 'no-right' ? PAUSE_MS : 0;
}

class ReportWriter {
  readonly #options: ReportWriterOptions;
  readonly #signal: AbortSignal;
  readonly #log: ReportLog;
  #kind: ReportKind | undefined;
  #served: readonly ReportKind[] = [];
  readonly #holdUntilMs = performance.now() + HOLD_MS;
  #kindsDueMs = 0;
  #storedDueMs = 0;

  constructor(options: ReportWriterOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#log = new ReportLog(options.logger);
  }

  /** One thing at a time. @returns what makes it pause */
  async step(nowMs: number): Promise<ReportProblem | 'nothing-due' | undefined> {
    if (nowMs >= this.#kindsDueMs) return this.#findKinds(nowMs);
    const { schedule } = this.#options;
    if (this.#kind !== undefined && schedule.hasPassed && nowMs >= this.#storedDueMs) return this.#readStored(nowMs);
    return this.#writeNext(nowMs);
  }

  async #findKinds(nowMs: number): Promise<ReportProblem | undefined> {
    const { connection, schedule, onKind } = this.#options;
    this.#kindsDueMs = nowMs + KINDS_MS;
    try {
      this.#served = await findReportKinds(connection, this.#signal);
    } catch (error) {
      return this.#told(problemOf(error, 'get', connection));
    }
    const [kind] = this.#served;
    this.#log.uses(kind);
    onKind(kind);
    if (kind !== this.#kind) this.#storedDueMs = 0;
    this.#kind = kind;
    schedule.use(kind, performance.now());
    return undefined;
  }

  /** What is stored and should not be, or says something else, becomes due; of an API that is not used any more, all. */
  async #readStored(nowMs: number): Promise<ReportProblem | undefined> {
    const { connection, schedule } = this.#options;
    this.#storedDueMs = nowMs + RETRY_MS;
    const kind = this.#kind;
    if (kind === undefined) return undefined;
    const others = otherKinds(kind).filter((other) => this.#served.includes(other));
    for (const one of [kind, ...others]) {
      const own: StoredReport[] = [];
      try {
        for await (const { items } of listReports(connection, one, this.#signal)) {
          for (const item of items) {
            // Whether the API server has looked at the selector, or serves all.
            if (!isOwnReport(item)) continue;
            own.push({ namespace: textOr(at(item, 'metadata', 'namespace'), ''), digest: digestOfStored(item) });
            // One that is full takes milliseconds.
            await setImmediate();
          }
        }
      } catch (error) {
        return this.#told(problemOf(error, 'list', connection));
      }
      this.#log.did(['list'], false);
      schedule.stored(one, own, performance.now());
    }
    this.#storedDueMs = nowMs + STORED_MS;
    return undefined;
  }

  async #writeNext(nowMs: number): Promise<ReportProblem | 'nothing-due' | undefined> {
    const { connection, schedule, onWrite } = this.#options;
    const job = schedule.next(nowMs);
    if (job === undefined) return 'nothing-due';
    const { outcome, write, did, problem } = await syncReport(
      connection,
      job,
      this.#signal,
      Math.max(0, this.#holdUntilMs - nowMs),
    );
    if (this.#signal.aborted) return undefined;
    schedule.done(job, outcome, performance.now());
    if (write !== undefined) onWrite(write);
    if (write === 'foreign') this.#log.foreign(job.kind, job.namespace);
    this.#log.did(did, outcome.kind === 'done');
    // Perhaps the API is gone, and not the namespace.
    if (problem?.kind === 'gone') this.#kindsDueMs = Math.min(this.#kindsDueMs, nowMs + LOOK_MS);
    return problem === undefined ? undefined : this.#told(problem);
  }

  #told(problem: ReportProblem): ReportProblem | undefined {
    if (this.#signal.aborted) return undefined;
    this.#log.problem(problem);
    return problem;
  }
}
