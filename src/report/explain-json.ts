// A plan as the JSON of `explain`: the shape that docs and clients rely on, field by field. Additions are welcome,
// changes are not.
import { healthCheckReason, servedBecause } from '../judge/plan-words.ts';
import type { AnswerSource } from '../plan/app.ts';
import type { BackendFeatures } from '../plan/backend-features.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { ConditionNumber } from '../plan/conditions.ts';
import type { HealthCheck, HealthCheckPlan } from '../plan/health-check.ts';
import type { NegSource } from '../plan/neg-default.ts';
import { type AskedJson, askedJson } from './asked-json.ts';
import type { CatalogueEntry } from './asked-text.ts';
import { type SeenJson, seenJson } from './explain-seen.ts';
import type { ExplainedPlan, KnownAnswer, LocatedExplanation } from './explained-plan.ts';
import { type FindingJson, findingJson, type UnseenJson, unseenJson } from './finding-json.ts';

export interface ExplainJson {
  readonly ingress: { readonly namespace: string; readonly name: string };
  /** "gce" for an Ingress that names no class. */
  readonly class: string;
  readonly served: boolean;
  readonly servedBecause: string;
  readonly hostRules: readonly {
    readonly host: string;
    readonly paths: readonly { readonly path: string; readonly service: string; readonly port: PortJson }[];
  }[];
  /** null where it fails to translate. */
  readonly defaultBackend: { readonly namespace: string; readonly service: string; readonly port: PortJson } | null;
  readonly backends: readonly BackendJson[];
  readonly problems: readonly ProblemJson[];
  /** Named by it or its parts, and not known; left out where there is nothing. */
  readonly unseen?: readonly UnseenJson[];
  /** What the cluster has of it; left out where no cluster was asked, or the Ingress is not there yet. */
  readonly seen?: SeenJson;
  /** What running Pods were heard to answer; with --ask only. */
  readonly asked?: AskedJson;
  /** For the catalogue, where it does not have what was heard; with --ask only. */
  readonly catalogueEntries?: readonly CatalogueEntry[];
}

/** A finding of the chain; `condition` is null where the catalogue has no number for it. */
export interface ProblemJson extends FindingJson {
  readonly condition: ConditionNumber | null;
  readonly file?: string;
  readonly line?: number;
}

/** A number; the name only where it cannot be resolved. */
type PortJson = number | string;

export interface BackendJson {
  readonly namespace: string;
  readonly service: string;
  readonly port: PortJson;
  /** "" for a port without a name. */
  readonly portName: string;
  /** null with an error, and where the Service is not known. */
  readonly protocol: string | null;
  readonly group: 'neg' | 'instanceGroup' | null;
  readonly error: string | null;
  /** Whether the Service is among the objects that were looked at. */
  readonly known: boolean;
  /** Where its NEG annotation comes from. */
  readonly negSource: NegSource;
  readonly workloads: readonly { readonly kind: string; readonly name: string }[];
  readonly healthCheck: (HealthCheck & { readonly reason: string }) | null;
  /** What else it is set up with, and whether a BackendConfig says so. */
  readonly features: BackendFeatures;
  /** What the app is known to answer to the check; left out where nobody knows. */
  readonly answers?: readonly AnswerJson[];
  /** What its image was seen to answer with other settings; left out where it was not. */
  readonly hints?: readonly HintJson[];
}

export interface AnswerJson {
  readonly workload: { readonly kind: string; readonly name: string };
  /** In prose, such as "Argo CD server". */
  readonly app: string;
  /** 0 where it is not known which: some redirect, or TLS only. */
  readonly status: number;
  readonly redirectsToHttps: boolean;
  readonly source: AnswerSource;
  /** YYYY-MM-DD of what was learned earlier; left out: it is as now. */
  readonly seenOn?: string;
}

export interface HintJson extends Omit<AnswerJson, 'app'> {
  /** Such as `elsewhere in this cluster`. */
  readonly where: string;
}

/** Of `explain --all`. */
export interface ExplainAllJson {
  readonly version: 1;
  readonly plans: readonly ExplainJson[];
}

export function explainAllJson(plans: readonly ExplainedPlan[]): ExplainAllJson {
  return { version: 1, plans: plans.map(explainJson) };
}

export function explainJson(explained: ExplainedPlan): ExplainJson {
  const { plan, facts, findings, unseen, seen, asked, entries = [] } = explained;
  const { namespace, name } = plan.ingress.metadata;
  const { defaultBackend } = plan;
  return {
    ingress: { namespace, name },
    class: plan.class.name,
    served: plan.served.served,
    servedBecause: servedBecause(plan, facts),
    hostRules: plan.urlMap.hostRules.map(({ host, paths }) => ({
      host,
      paths: paths.map(({ path, backend }) => ({ path, service: backend.serviceName, port: portOf(backend) })),
    })),
    defaultBackend:
      defaultBackend === null
        ? null
        : {
            namespace: defaultBackend.namespace,
            service: defaultBackend.serviceName,
            // The controller gets the system's port by its name, whatever number that has.
            port: defaultBackend.isSystemDefault ? defaultBackend.port.name : portOf(defaultBackend),
          },
    backends: plan.backends.map((backend) => backendJson(backend, explained)),
    problems: findings.map(problemJson),
    ...(unseen.length === 0 ? {} : { unseen: unseen.map(unseenJson) }),
    ...(seen === undefined ? {} : { seen: seenJson(plan, seen) }),
    ...(asked === undefined ? {} : { asked: askedJson(asked), catalogueEntries: entries }),
  };
}

function problemJson({ finding, file, line }: LocatedExplanation): ProblemJson {
  return {
    condition: finding.condition ?? null,
    ...findingJson(finding),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}

function portOf({ servicePort, port }: BackendPlan): PortJson {
  if (servicePort !== undefined) return servicePort.port;
  return port.name === '' ? port.number : port.name;
}

function backendJson(backend: BackendPlan, { answers, hints = [] }: ExplainedPlan): BackendJson {
  const own = answers.filter(({ key }) => key === backend.key);
  const seen = hints.filter(({ key }) => key === backend.key);
  return {
    namespace: backend.namespace,
    service: backend.serviceName,
    port: portOf(backend),
    portName: backend.servicePort?.name ?? backend.port.name,
    protocol: backend.protocol ?? null,
    group: backend.group ?? null,
    error: backend.error?.code ?? null,
    known: backend.service !== undefined,
    negSource: backend.negSource,
    workloads: backend.workloads.map(({ kind, metadata }) => ({ kind, name: metadata.name })),
    healthCheck: backend.healthCheck === undefined ? null : healthCheckJson(backend.healthCheck),
    features: backend.features,
    ...(own.length === 0 ? {} : { answers: own.map(answerJson) }),
    ...(seen.length === 0 ? {} : { hints: seen.map(hintJson) }),
  };
}

function answerJson({ workload: { kind, metadata }, answer }: KnownAnswer): AnswerJson {
  const { name, status, redirectsToHttps, source = 'catalogue', seenOn } = answer;
  const when = seenOn === undefined ? {} : { seenOn };
  return { workload: { kind, name: metadata.name }, app: name, status, redirectsToHttps, source, ...when };
}

function hintJson(hint: KnownAnswer): HintJson {
  const { app: where, ...rest } = answerJson(hint);
  return { ...rest, where };
}

/** Field by field, so that a new field of the plan does not slip into what clients read. */
function healthCheckJson(plan: HealthCheckPlan): NonNullable<BackendJson['healthCheck']> {
  const { check } = plan;
  return {
    source: check.source,
    reason: healthCheckReason(plan),
    protocol: check.protocol,
    path: check.path,
    host: check.host,
    port: check.port,
    intervalSec: check.intervalSec,
    timeoutSec: check.timeoutSec,
    healthyThreshold: check.healthyThreshold,
    unhealthyThreshold: check.unhealthyThreshold,
  };
}
