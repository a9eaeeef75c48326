// Prometheus metrics, in a registry of their own so that two servers in one process do not share numbers.

import { FACT_NAMES, type Facts } from '../facts/facts.ts';
import type { RankedFinding } from '../verdict/verdict.ts';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from './bundled/prom-client.ts';

export interface Metrics {
  readonly registry: Registry;
  admission(webhook: string, kind: string, allowed: boolean, seconds: number): void;
  /** @param isDryRun a GitOps tool asks so before it writes: what it is refused there it never sends */
  finding(found: RankedFinding, isDryRun: boolean): void;
  injected(isDryRun: boolean): void;
  ruleFailed(rule: string): void;
  rejected(reason: string): void;
  /** @param decided whether it is known all the same that it may pass */
  leftOut(decided: boolean): void;
  certificateExpires(atMs: number): void;
  /** @param what facts, policy, certificate or client-ca */
  usable(what: string, isUsable: boolean): void;
  watchRestarted(kind: string, reason: string): void;
  /** @param outcome ok, or why Google could not be asked */
  factsRefreshed(outcome: string): void;
  /** How many facts sources disagree about now. */
  factConflicts(count: number): void;
}

/** What the webhook is sent. Labels must not grow with what clients send, so every other kind is "other". */
const KINDS = [
  'Ingress',
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'BackendConfig',
  'FrontendConfig',
  'ManagedCertificate',
] as const;

function labelOf(kind: string): string {
  return KINDS.find((known) => known === kind) ?? 'other';
}

export interface SnapshotNumbers {
  readonly kind: string;
  readonly objects: number;
  readonly isSynced: boolean;
  /** Milliseconds since the epoch; undefined before the first list. */
  readonly lastSignMs: number | undefined;
}

export interface MetricsSources {
  /** The facts as they are when the metrics are read. */
  readonly facts: () => Facts;
  /** What is seen of the cluster, kind by kind; empty without one. */
  readonly snapshot: () => readonly SnapshotNumbers[];
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** From a tenth of a millisecond, which a small object takes, to the longest timeout that a webhook can have. */
const BUCKETS_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30];

export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'guard_admission_duration_seconds',
    help: 'Time from the whole body to the answer.',
    labelNames: ['webhook', 'kind', 'allowed'],
    buckets: BUCKETS_SECONDS,
    registers,
  });
  const findings = new Counter({
    name: 'guard_findings_total',
    help: 'Findings in admissions, by rule, by what came of them (refused, warned, kept, recorded), by kind, and whether it was a dry run.',
    labelNames: ['rule', 'mode', 'outcome', 'kind', 'dry_run'],
    registers,
  });
  const wouldRefuse = new Counter({
    name: 'guard_would_refuse_total',
    help: 'Findings that mode enforce would have refused, in mode warn or audit.',
    labelNames: ['rule', 'mode', 'kind', 'dry_run'],
    registers,
  });
  const injections = new Counter({
    name: 'guard_neg_injections_total',
    help: 'Services that got the annotation cloud.google.com/neg, and whether it was a dry run.',
    labelNames: ['dry_run'],
    registers,
  });
  const failures = new Counter({
    name: 'guard_rule_failures_total',
    help: 'Rules that threw: faults of the guard.',
    labelNames: ['rule'],
    registers,
  });
  const rejected = new Counter({
    name: 'guard_rejected_requests_total',
    help: 'Requests that were no review which could be judged.',
    labelNames: ['reason'],
    registers,
  });
  const leftOut = new Counter({
    name: 'guard_left_out_total',
    help: 'Admissions whose steps did not suffice, by whether the rules that refuse had finished (decided).',
    labelNames: ['decided'],
    registers,
  });
  const expiry = new Gauge({
    name: 'guard_certificate_expiry_timestamp_seconds',
    help: 'When the serving certificate expires, in seconds since the epoch.',
    registers,
  });
  registerFactAges(registry, sources);
  registerSnapshot(registry, sources);
  const restarts = new Counter({
    name: 'guard_watch_restarts_total',
    help: 'Watches that ended and were taken up again, by kind and by what ended them.',
    labelNames: ['kind', 'reason'],
    registers,
  });
  const usable = new Gauge({
    name: 'guard_file_usable',
    help: '1 while a watched file (facts, policy, certificate, client-ca) can be used as it is, 0 while what was read before stays.',
    labelNames: ['what'],
    registers,
  });
  const refreshes = new Counter({
    name: 'guard_facts_refresh_total',
    help: 'Times that the GKE API was asked about the cluster, by outcome: ok, or why it failed.',
    labelNames: ['outcome'],
    registers,
  });
  const conflicts = new Gauge({
    name: 'guard_facts_conflicts',
    help: 'Pairs of sources that disagree about a fact of the cluster; the log names them.',
    registers,
  });
  return {
    registry,
    admission: (webhook, kind, allowed, seconds) =>
      duration.observe({ webhook, kind: labelOf(kind), allowed: String(allowed) }, seconds),
    finding: (found, isDryRun) => {
      const { rule, object } = found.finding;
      const labels = { rule, mode: found.mode, kind: labelOf(object.kind), dry_run: String(isDryRun) };
      findings.inc({ ...labels, outcome: found.outcome });
      if (found.wouldRefuse) wouldRefuse.inc(labels);
    },
    injected: (isDryRun) => injections.inc({ dry_run: String(isDryRun) }),
    ruleFailed: (rule) => failures.inc({ rule }),
    rejected: (reason) => rejected.inc({ reason }),
    leftOut: (decided) => leftOut.inc({ decided: String(decided) }),
    certificateExpires: (atMs) => expiry.set(atMs / 1000),
    usable: (what, isUsable) => usable.set({ what }, isUsable ? 1 : 0),
    watchRestarted: (kind, reason) => restarts.inc({ kind, reason }),
    factsRefreshed: (outcome) => refreshes.inc({ outcome }),
    factConflicts: (count) => conflicts.set(count),
  };
}

function registerFactAges(registry: Registry, { facts, clock }: MetricsSources): void {
  const gauge = new Gauge({
    name: 'guard_facts_age_seconds',
    help: 'Age of each fact of the cluster that is known, by source.',
    labelNames: ['fact', 'source'],
    registers: [registry],
    collect: () => {
      gauge.reset();
      const current = facts();
      for (const name of FACT_NAMES) {
        const fact = current[name];
        if (fact.known) gauge.set({ fact: name, source: fact.source }, (clock() - fact.learntAtMs) / 1000);
      }
    },
  });
}

function registerSnapshot(registry: Registry, { snapshot, clock }: MetricsSources): void {
  const registers = [registry];
  const labelNames = ['kind'];
  const objects = new Gauge({
    name: 'guard_snapshot_objects',
    help: 'Objects of the cluster that the guard knows, by kind.',
    labelNames,
    registers,
    collect: () => {
      objects.reset();
      for (const kind of KINDS) objects.set({ kind }, 0);
      for (const { kind, objects: count } of snapshot()) objects.set({ kind }, count);
    },
  });
  const synced = new Gauge({
    name: 'guard_snapshot_synced',
    help: '1 while a kind is listed whole and watched, 0 while what is absent may be there all the same.',
    labelNames,
    registers,
    collect: () => {
      synced.reset();
      for (const { kind, isSynced } of snapshot()) synced.set({ kind }, isSynced ? 1 : 0);
    },
  });
  const age = new Gauge({
    name: 'guard_snapshot_age_seconds',
    help: 'Time since the last sign that the view of a kind is current: a list, an event, or a bookmark (one a minute).',
    labelNames,
    registers,
    collect: () => {
      age.reset();
      for (const { kind, lastSignMs } of snapshot()) {
        if (lastSignMs !== undefined) age.set({ kind }, (clock() - lastSignMs) / 1000);
      }
    },
  });
}
