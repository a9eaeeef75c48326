// A plan as the JSON of `explain`: the shape that docs and clients rely on, field by field. Additions are welcome,
// changes are not.

import type { BackendPlan } from '../plan/backend.ts';
import type { HealthCheck } from '../plan/health-check.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { type SeenJson, type SeenReport, seenJson } from './explain-seen.ts';

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
  readonly problems: readonly { readonly condition: string | null; readonly message: string }[];
  /** What the cluster has of it; left out where no cluster was asked, or the Ingress is not there yet. */
  readonly seen?: SeenJson;
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
  readonly workloads: readonly { readonly kind: string; readonly name: string }[];
  readonly healthCheck: HealthCheck | null;
}

/** Of `explain --all`. */
export interface ExplainAllJson {
  readonly version: 1;
  readonly plans: readonly ExplainJson[];
}

export function explainAllJson(plans: readonly IngressPlan[], seenOf?: SeenOf): ExplainAllJson {
  return { version: 1, plans: plans.map((plan) => explainJson(plan, seenOf)) };
}

type SeenOf = (plan: IngressPlan) => SeenReport | undefined;

export function explainJson(plan: IngressPlan, seenOf?: SeenOf): ExplainJson {
  const report = seenOf?.(plan);
  const { namespace, name } = plan.ingress.metadata;
  const { defaultBackend } = plan;
  return {
    ingress: { namespace, name },
    class: plan.class.name,
    served: plan.served,
    servedBecause: plan.servedBecause,
    hostRules: plan.hostRules.map(({ host, paths }) => ({
      host,
      paths: paths.map(({ path, backend }) => ({ path, service: backend.serviceName, port: portOf(backend) })),
    })),
    defaultBackend:
      defaultBackend === null
        ? null
        : {
            namespace: defaultBackend.namespace,
            service: defaultBackend.serviceName,
            // The controller is told the system's port by its name, whatever number that has.
            port: defaultBackend.isSystemDefault ? defaultBackend.port.name : portOf(defaultBackend),
          },
    backends: plan.backends.map(backendJson),
    problems: plan.problems.map(({ condition, message }) => ({ condition, message })),
    ...(report === undefined ? {} : { seen: seenJson(plan, report) }),
  };
}

function portOf({ servicePort, port }: BackendPlan): PortJson {
  if (servicePort !== undefined) return servicePort.port;
  return port.name === '' ? port.number : port.name;
}

function backendJson(backend: BackendPlan): BackendJson {
  return {
    namespace: backend.namespace,
    service: backend.serviceName,
    port: portOf(backend),
    portName: backend.servicePort?.name ?? backend.port.name,
    protocol: backend.protocol ?? null,
    group: backend.group ?? null,
    error: backend.error?.code ?? null,
    workloads: backend.workloads.map(({ kind, metadata }) => ({ kind, name: metadata.name })),
    healthCheck: backend.healthCheck === undefined ? null : healthCheckJson(backend.healthCheck.check),
  };
}

/** Field by field, so that a new field of the plan does not slip into what clients read. */
function healthCheckJson(check: HealthCheck): HealthCheck {
  return {
    source: check.source,
    reason: check.reason,
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
