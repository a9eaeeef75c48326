// Runs the rules over one object and collects findings. A rule that throws is isolated: the others still answer.
import type { Facts } from '../facts/facts.ts';
import type { Ingress, KubernetesObject, Service, Workload } from '../kubernetes/objects.ts';
import type { AppCatalogue } from '../plan/app.ts';
import { createPlanner, type Planner } from '../plan/plan.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { mayBeAnothers } from './add-on-claim.ts';
import type { ExemptionSettings } from './exemption.ts';
import {
  type Finding,
  formatPath,
  type Rule,
  type RuleFinding,
  SEVERITIES,
  type Severity,
  type SharedContext,
} from './rule.ts';

export interface JudgeInput {
  readonly rules: readonly Rule[];
  readonly object: KubernetesObject;
  /** The stored object that an UPDATE replaces. */
  readonly old: KubernetesObject | undefined;
  /** The neighbours; the judged object is laid over it here. */
  readonly snapshot: Snapshot;
  readonly facts: Facts;
  readonly apps: AppCatalogue;
  readonly trustsObserved: boolean;
  readonly exemptions: ExemptionSettings;
  readonly injects: boolean;
}

export interface Judgement {
  readonly findings: readonly Finding[];
  /** Rules that threw: bugs of ours, to be counted and logged. */
  readonly failures: readonly { readonly rule: string; readonly error: unknown }[];
}

type Subject =
  | { readonly judges: 'Ingress'; readonly object: Ingress }
  | { readonly judges: 'Service'; readonly object: Service }
  | { readonly judges: 'Workload'; readonly object: Workload };

export function judge(input: JudgeInput): Judgement {
  const subject = subjectOf(input.object);
  if (subject === undefined) return { findings: [], failures: [] };
  const snapshot = input.snapshot.overlay(input.object);
  const planner = createPlanner(snapshot, input.facts);
  const { facts, apps, trustsObserved, exemptions, injects } = input;
  const shared: SharedContext = { snapshot, facts, apps, trustsObserved, exemptions, injects };
  const findings: Finding[] = [];
  const failures: { readonly rule: string; readonly error: unknown }[] = [];
  for (const rule of input.rules) {
    try {
      for (const found of runRule(rule, subject, input.old, shared, planner)) {
        findings.push(toFinding(rule, input.object, found));
      }
    } catch (error) {
      failures.push({ rule: rule.id, error });
      findings.push(toFinding(rule, input.object, RULE_FAILED));
    }
  }
  return {
    findings: withoutSuperseded(
      findings,
      input.rules,
      failures.map(({ rule }) => rule),
    ),
    failures,
  };
}

const RULE_FAILED: RuleFinding = {
  path: [],
  message: 'this rule could not judge the object, because of a fault in the guard; the other rules did.',
  fix: 'Please report it, with the line that the guard logged.',
  isCertain: false,
  severity: 'info',
};

function subjectOf(object: KubernetesObject): Subject | undefined {
  switch (object.kind) {
    case 'Ingress':
      return { judges: 'Ingress', object };
    case 'Service':
      return { judges: 'Service', object };
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Pod':
    case 'ReplicationController':
    case 'Rollout':
      return { judges: 'Workload', object };
    default:
      return undefined;
  }
}

function runRule(
  rule: Rule,
  subject: Subject,
  old: KubernetesObject | undefined,
  shared: SharedContext,
  planner: Planner,
): readonly RuleFinding[] {
  if (rule.judges === 'Object') return rule.check({ ...shared, object: subject.object, old });
  if (rule.judges === 'Ingress' && subject.judges === 'Ingress') {
    const ingress = subject.object;
    const plan = planner.planOf(ingress);
    const found = rule.check({ ...shared, ingress, old: old?.kind === 'Ingress' ? old : undefined, plan });
    return mayBeAnothers(ingress, plan.class, shared.facts) ? found.map(asPossible) : found;
  }
  if (rule.judges === 'Service' && subject.judges === 'Service') {
    const service = subject.object;
    const uses = planner.usesOfService(service);
    return rule.check({ ...shared, service, old: old?.kind === 'Service' ? old : undefined, uses });
  }
  if (rule.judges === 'Workload' && subject.judges === 'Workload') {
    const workload = subject.object;
    const previous = old === undefined ? undefined : subjectOf(old);
    return rule.check({
      ...shared,
      workload,
      old: previous?.judges === 'Workload' ? previous.object : undefined,
      uses: planner.usesOfWorkload(workload),
      services: shared.snapshot.servicesOf(workload),
    });
  }
  return [];
}

function asPossible(found: RuleFinding): RuleFinding {
  return { ...found, isCertain: false };
}

function toFinding(rule: Rule, object: KubernetesObject, found: RuleFinding): Finding {
  return {
    rule: rule.id,
    severity: lowered(rule.severity, found.severity),
    object,
    path: found.path,
    message: found.message,
    note: found.note ?? '',
    fix: found.fix ?? rule.fix,
    isCertain: found.isCertain ?? true,
    subject: found.subject ?? formatPath(found.path),
  };
}

/** A finding may be less than its rule, never more: what the catalogue says of a rule holds. */
function lowered(ofRule: Severity, ofFinding: Severity = ofRule): Severity {
  return SEVERITIES.indexOf(ofFinding) > SEVERITIES.indexOf(ofRule) ? ofFinding : ofRule;
}

/** A rule that failed has found nothing, so it silences nothing. */
function withoutSuperseded(
  findings: readonly Finding[],
  rules: readonly Rule[],
  failed: readonly string[],
): readonly Finding[] {
  const found = new Set(findings.map((finding) => finding.rule).filter((id) => !failed.includes(id)));
  const silenced = new Set(rules.filter((rule) => found.has(rule.id)).flatMap((rule) => rule.supersedes ?? []));
  return findings.filter((finding) => !silenced.has(finding.rule));
}
