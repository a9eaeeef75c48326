// The metrics of `serve --audit-reports`. Only the replica that leads writes reports.
import { Counter, Gauge, type Registry } from './bundled/prom-client.ts';

export interface ReportMetrics {
  report(outcome: 'created' | 'updated' | 'deleted' | 'foreign' | 'failed'): void;
  /** @param api the one that is written, or "none"; undefined where this replica writes none */
  uses(api: string | undefined): void;
}

interface ReportSources {
  /** All that may be written. */
  readonly apis: readonly string[];
  /** How many there should be. */
  readonly reports: () => number;
  /** Findings for which their report has no room. */
  readonly unreported: () => number;
}

export function createReportMetrics(registry: Registry, { apis, reports, unreported }: ReportSources): ReportMetrics {
  const registers = [registry];
  const writes = new Counter({
    name: 'guard_audit_report_writes_total',
    help: "Writes of reports, by outcome: created, updated, deleted, failed, or foreign, which is a report of the guard's name that is somebody else's.",
    labelNames: ['outcome'],
    registers,
  });
  const api = new Gauge({
    name: 'guard_audit_report_api',
    help: '1 for the API whose reports this replica writes, or for none where the cluster has no such API.',
    labelNames: ['api'],
    registers,
  });
  const wanted = new Gauge({
    name: 'guard_audit_reports',
    help: 'Namespaces with findings, each of which should have a report.',
    registers,
    collect: () => {
      wanted.set(reports());
    },
  });
  const beyond = new Gauge({
    name: 'guard_audit_unreported_findings',
    help: 'Findings for which the report of their namespace has no room.',
    registers,
    collect: () => {
      beyond.set(unreported());
    },
  });
  const uses = (used: string | undefined): void => {
    for (const one of [...apis, 'none']) api.set({ api: one }, one === used ? 1 : 0);
  };
  uses(undefined);
  return { report: (outcome) => writes.inc({ outcome }), uses };
}
