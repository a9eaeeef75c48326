// The metrics of `serve --audit`. Only the replica that leads has findings, so a sum over all replicas counts them once.
import { Counter, Gauge, type Registry } from './bundled/prom-client.ts';

export interface AuditMetrics {
  leads(isLeading: boolean): void;
  passed(pass: { readonly objects: number; readonly seconds: number; readonly atMs: number }): void;
  event(outcome: 'created' | 'continued' | 'failed'): void;
}

interface AuditSources {
  /** As many as may be labels. */
  readonly counts: () => readonly {
    readonly rule: string;
    readonly namespace: string;
    readonly severity: string;
    readonly count: number;
  }[];
  /** Findings that get no Event, for there are too many. */
  readonly unannounced: () => number;
}

export function createAuditMetrics(registry: Registry, sources: AuditSources): AuditMetrics {
  const registers = [registry];
  const leader = new Gauge({
    name: 'guard_audit_leader',
    help: '1 in the replica that audits, 0 in the others.',
    registers,
  });
  const findings = new Gauge({
    name: 'guard_audit_findings',
    help: 'Certain errors and warnings in what is stored, by rule, severity and namespace; namespaces beyond 1,000 series together as "(others)".',
    labelNames: ['rule', 'severity', 'namespace'],
    registers,
    collect: () => {
      findings.reset();
      for (const { count, ...labels } of sources.counts()) findings.set(labels, count);
    },
  });
  const unannounced = new Gauge({
    name: 'guard_audit_unannounced_findings',
    help: 'Findings of the audit that get no Event: more than ten of a rule about an object, or more than 10,000 in all.',
    registers,
    collect: () => {
      unannounced.set(sources.unannounced());
    },
  });
  const objects = new Gauge({
    name: 'guard_audit_objects',
    help: 'Objects that the last audit of the whole cluster judged.',
    registers,
  });
  const seconds = new Gauge({
    name: 'guard_audit_duration_seconds',
    help: 'How long the last audit of the whole cluster took, with the turns that it left to admissions.',
    registers,
  });
  const last = new Gauge({
    name: 'guard_audit_last_timestamp_seconds',
    help: 'When the last audit of the whole cluster ended, in seconds since the epoch.',
    registers,
  });
  const events = new Counter({
    name: 'guard_audit_events_total',
    help: 'Events of the audit, by outcome: created, continued (a series, so that it is not forgotten), failed.',
    labelNames: ['outcome'],
    registers,
  });
  leader.set(0);
  return {
    leads: (isLeading) => leader.set(isLeading ? 1 : 0),
    passed: (pass) => {
      objects.set(pass.objects);
      seconds.set(pass.seconds);
      last.set(pass.atMs / 1000);
    },
    event: (outcome) => events.inc({ outcome }),
  };
}
