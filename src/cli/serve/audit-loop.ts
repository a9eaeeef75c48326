// `serve --audit`: one replica judges what is stored, writes Events and reports about it, counts it and says it in the log.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { ADMISSION_STEPS } from '../../admission/left-out.ts';
import { Announcements } from '../../audit/announcements.ts';
import { boundCounts } from '../../audit/bounded-counts.ts';
import { CurrentFindings } from '../../audit/current-findings.ts';
import { MountedConfigs } from '../../audit/mounted-configs.ts';
import { ReportSchedule } from '../../audit/report-schedule.ts';
import type { ViewChanges } from '../../audit/view-changes.ts';
import type { ClusterConnection } from '../../cluster/api/connection.ts';
import { type ElectionEvent, runWhileLeading } from '../../cluster/lease/leader-election.ts';
import type { LiveView } from '../../cluster/view/live-view.ts';
import { nameOf } from '../../kubernetes/objects.ts';
import { apiVersionOf, REPORT_KINDS } from '../../kubernetes/report-kinds.ts';
import { type AuditMetrics, createAuditMetrics } from '../../server/audit-metrics.ts';
import type { Metrics } from '../../server/metrics.ts';
import { createReportMetrics, type ReportMetrics } from '../../server/report-metrics.ts';
import type { Corridor } from '../../verdict/corridor.ts';
import { writeEvents } from '../audit/event-writer.ts';
import { AUDIT_TIMES, type NamespaceAudit, runLiveAudit } from '../audit/live-audit.ts';
import { readMountedConfigs } from '../audit/mounted-config-reader.ts';
import { writeReports } from '../audit/report-writer.ts';
import { type ElectionWords, electionLog } from '../election-log.ts';

export interface AuditLoopOptions {
  readonly connection: ClusterConnection;
  readonly view: LiveView;
  readonly changes: ViewChanges;
  readonly corridor: () => Corridor;
  /** Between two looks at everything. */
  readonly intervalMs: number;
  /** Whether reports are written too. */
  readonly reports: boolean;
  /** Whether what workloads mount of ConfigMaps is read too, for the audit alone. */
  readonly mountedConfig: boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** As deploy/components/audit grants it. */
export const AUDIT_LEASE = 'gke-ingress-guard-audit';

const MAX_SERIES = 1000;

/** @returns a function that ends it, and gives the Lease up */
export function startAuditLoop(options: AuditLoopOptions): () => Promise<void> {
  const { connection, logger, metrics } = options;
  const stopped = new AbortController();
  const identity = `${hostname()}_${randomUUID()}`;
  let term: AuditTerm | undefined;
  const audit = createAuditMetrics(metrics.registry, {
    counts: () => boundCounts(term?.current.counts() ?? [], MAX_SERIES),
    unannounced: () => term?.unannounced ?? 0,
  });
  const reports = options.reports ? reportMetrics(metrics, () => term?.reports) : undefined;
  const lead = async (signal: AbortSignal): Promise<void> => {
    term = new AuditTerm(options, audit, reports);
    try {
      await term.run(identity, signal);
    } finally {
      term = undefined;
      reports?.uses(undefined);
    }
  };
  const lease = { namespace: connection.namespace, name: AUDIT_LEASE };
  const log = electionLog(logger, WORDS, { lease: AUDIT_LEASE, rule: LEASE_RULE });
  const onEvent = (event: ElectionEvent): void => {
    if (event.kind !== 'failed') audit.leads(event.kind === 'leading');
    log(event);
  };
  const running = runWhileLeading({ connection, lease, identity, onEvent }, lead, stopped.signal);
  return async () => {
    stopped.abort();
    await running;
  };
}

function reportMetrics({ registry }: Metrics, reports: () => ReportSchedule | undefined): ReportMetrics {
  return createReportMetrics(registry, {
    apis: REPORT_KINDS.map(apiVersionOf),
    reports: () => reports()?.size ?? 0,
    unreported: () => reports()?.beyond ?? 0,
  });
}

/** From becoming the leader to its end: another leader knows nothing of what this one found. */
class AuditTerm {
  readonly current = new CurrentFindings();
  /** undefined where no reports are asked for. */
  readonly reports: ReportSchedule | undefined;
  /** undefined where none are read. */
  readonly #mounted: MountedConfigs | undefined;
  readonly #options: AuditLoopOptions;
  readonly #metrics: AuditMetrics;
  readonly #reportMetrics: ReportMetrics | undefined;
  readonly #announcements = new Announcements(performance.now());
  readonly #unannounced = new Map<string, number>();
  readonly #said = new Map<string, string>();
  readonly #failed = new Set<string>();
  readonly #large = new Set<string>();

  constructor(options: AuditLoopOptions, metrics: AuditMetrics, reportMetrics: ReportMetrics | undefined) {
    this.#options = options;
    this.#metrics = metrics;
    this.#reportMetrics = reportMetrics;
    this.#mounted = options.mountedConfig ? new MountedConfigs() : undefined;
    this.reports = reportMetrics && new ReportSchedule(options.view.snapshot, performance.now());
  }

  get unannounced(): number {
    return [...this.#unannounced.values()].reduce((sum, count) => sum + count, 0);
  }

  async run(instance: string, signal: AbortSignal): Promise<void> {
    const { connection, view, changes, logger, intervalMs } = this.#options;
    // Where one of them ends by an error, the others must not go on alone.
    const failed = new AbortController();
    const all = AbortSignal.any([signal, failed.signal]);
    const onWrite = this.#metrics.event;
    const ending = (error: unknown): never => {
      failed.abort();
      throw error;
    };
    await Promise.all([
      writeEvents({ announcements: this.#announcements, connection, instance, logger, onWrite }, all).catch(ending),
      this.#writeReports(all).catch(ending),
      this.#readMounted(all).catch(ending),
      runLiveAudit(
        {
          view,
          changes,
          corridor: () => this.#corridor(),
          times: { ...AUDIT_TIMES, intervalMs },
          // Whoever may write one object must not stop the loop with it.
          steps: ADMISSION_STEPS,
          onNamespace: (found) => this.#take(found),
          onPass: (pass) => this.#passed(pass),
        },
        all,
      ).catch(ending),
    ]);
  }

  /** With what was read for the audit alone. */
  #corridor(): Corridor {
    const corridor = this.#options.corridor();
    return this.#mounted === undefined ? corridor : { ...corridor, snapshot: this.#mounted.over(corridor.snapshot) };
  }

  async #readMounted(signal: AbortSignal): Promise<void> {
    if (this.#mounted === undefined) return;
    const { connection, view, changes, corridor, intervalMs, logger } = this.#options;
    const read = { configs: this.#mounted, connection, view, changes, corridor, intervalMs, logger };
    await readMountedConfigs(read, signal);
  }

  async #writeReports(signal: AbortSignal): Promise<void> {
    const { reports: schedule } = this;
    const metrics = this.#reportMetrics;
    if (schedule === undefined || metrics === undefined) return;
    const { connection, logger } = this.#options;
    await writeReports(
      {
        schedule,
        connection,
        logger,
        onWrite: metrics.report,
        onKind: (kind) => metrics.uses(kind === undefined ? 'none' : apiVersionOf(kind)),
      },
      signal,
    );
  }

  #take({ namespace, objects, findings, failures, leftOut }: NamespaceAudit): void {
    const { view, metrics, logger } = this.#options;
    this.current.replace(namespace, findings);
    const beyond = this.#announcements.replace(namespace, findings, view.snapshot, performance.now());
    if (beyond === 0) this.#unannounced.delete(namespace);
    else this.#unannounced.set(namespace, beyond);
    this.reports?.replace(namespace, findings, performance.now());
    for (const { rule, error } of failures) {
      metrics.ruleFailed(rule);
      if (!this.#failed.has(rule)) logger.error({ rule, namespace, err: error }, 'a rule failed in the audit');
      this.#failed.add(rule);
    }
    for (const name of leftOut.map(nameOf)) {
      if (!this.#large.has(name)) logger.warn({ object: name }, 'the audit did not finish an object: it is too large');
      this.#large.add(name);
    }
    this.#summarise(namespace, objects);
  }

  /** One line a namespace, when its numbers have changed. */
  #summarise(namespace: string, objects: number): void {
    const counts = this.current.countsIn(namespace);
    const rules = Object.fromEntries(counts.map(({ rule, count }) => [rule, count]));
    const text = JSON.stringify(rules);
    if (text === (this.#said.get(namespace) ?? '{}')) return;
    if (counts.length === 0) this.#said.delete(namespace);
    else this.#said.set(namespace, text);
    const sum = (wanted: string): number =>
      counts.reduce((total, { severity, count }) => total + (severity === wanted ? count : 0), 0);
    const numbers = { namespace, objects, errors: sum('error'), warnings: sum('warning'), rules };
    this.#options.logger.info(numbers, 'audit of a namespace');
  }

  #passed({ objects, seconds }: { readonly objects: number; readonly seconds: number }): void {
    this.reports?.passed();
    this.#metrics.passed({ objects, seconds, atMs: Date.now() });
    const findings = this.current.all().length;
    const numbers = { objects, findings, namespaces: this.current.namespaces().length, unannounced: this.unannounced };
    this.#options.logger.info({ ...numbers, seconds: Math.round(seconds * 10) / 10 }, 'audit of the cluster');
  }
}

/** As it can be pasted into a Role. */
const LEASE_RULE = `- { apiGroups: ["coordination.k8s.io"], resources: ["leases"], resourceNames: ["${AUDIT_LEASE}"], verbs: ["get", "update"] }`;

const WORDS: ElectionWords = {
  leads: 'this replica audits',
  leadsNoLonger: 'this replica no longer audits',
  follows: 'another replica audits',
  fails: 'the Lease of the audit cannot be read or written: this replica does not audit',
  workFails: 'the audit failed; it begins again',
};
