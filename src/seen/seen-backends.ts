// Which of the backend services that Google has belongs to which backend of the plan: by the NEG that the Service names,
// by the way in which NEGs are named, or by node port (ingress-gce pkg/utils/namer/namer.go NEG, IGBackend).
import type { BackendPlan } from '../plan/backend-plan.ts';
import { trimEvenly } from '../plan/load-balancer-name.ts';
import type { BackendGroup } from '../plan/neg.ts';
import type { SeenBackend, SeenIngress, SeenNeg } from './seen.ts';

export interface MatchedBackend {
  readonly seen: SeenBackend;
  readonly group: BackendGroup;
}

export interface BackendMatches {
  of(backend: BackendPlan): readonly MatchedBackend[];
  /** The entry of neg-status for its port. */
  negOf(backend: BackendPlan): SeenNeg | undefined;
  /** Which of the plan's it is; undefined where it is none of them. */
  planOf(seen: SeenBackend): BackendPlan | undefined;
}

export function matchBackends(plans: readonly BackendPlan[], seen: SeenIngress): BackendMatches {
  const matched = new Map<BackendPlan, MatchedBackend[]>();
  const owners = new Map<SeenBackend, BackendPlan>();
  for (const one of seen.backends) {
    for (const plan of plans) {
      const group = groupOf(one.name, plan, seen);
      if (group === undefined) continue;
      owners.set(one, plan);
      matched.set(plan, [...(matched.get(plan) ?? []), { seen: one, group }]);
      break;
    }
  }
  takeSystemDefault(plans, seen, matched, owners);
  return {
    of: (backend) => matched.get(backend) ?? [],
    negOf: (backend) => negOf(backend, seen),
    planOf: (one) => owners.get(one),
  };
}

const IG_BACKEND = /^k8s\d?-be-(\d{1,5})-/;

/** undefined where it is not this backend's */
function groupOf(name: string, plan: BackendPlan, seen: SeenIngress): BackendGroup | undefined {
  const nodePort = IG_BACKEND.exec(name)?.[1];
  if (nodePort !== undefined)
    return plan.servicePort?.nodePort === Number(nodePort) && nodePort !== '0' ? 'instanceGroup' : undefined;
  return negOf(plan, seen)?.name === name || isNamedFor(name, plan) ? 'neg' : undefined;
}

function negOf({ serviceName, servicePort, isSystemDefault }: BackendPlan, { negs }: SeenIngress): SeenNeg | undefined {
  if (servicePort === undefined || isSystemDefault) return undefined;
  return negs.find(({ service, port }) => service === serviceName && port === servicePort.port);
}

/** Namespace, Service and port are cut evenly to 38 characters, to 36 for a regional external one (namer.go RXLBBackendName). */
function isNamedFor(name: string, { namespace, serviceName, servicePort }: BackendPlan): boolean {
  if (servicePort === undefined) return false;
  const parts = [namespace, serviceName, String(servicePort.port)];
  return (
    isMadeOf(name, /^k8s1-[0-9a-z]{8}-(.*)-[0-9a-z]{8}$/, trimEvenly(38, parts)) ||
    isMadeOf(name, /^k8s1-[0-9a-z]{8}-e-(.*)-[0-9a-z]{8}$/, trimEvenly(36, parts))
  );
}

function isMadeOf(name: string, pattern: RegExp, parts: readonly string[]): boolean {
  return pattern.exec(name)?.[1] === parts.join('-');
}

/** Where the Service of the system's default backend may not be read, its node port is not known: one is its. */
function takeSystemDefault(
  plans: readonly BackendPlan[],
  seen: SeenIngress,
  matched: Map<BackendPlan, MatchedBackend[]>,
  owners: Map<SeenBackend, BackendPlan>,
): void {
  const system = plans.find((plan) => plan.isSystemDefault && plan.service === undefined);
  const left = seen.backends.filter((one) => !owners.has(one));
  const [candidate, second] = left.filter(({ name }) => IG_BACKEND.test(name) || name.includes('-kube-system-'));
  if (system === undefined || candidate === undefined || second !== undefined) return;
  owners.set(candidate, system);
  matched.set(system, [{ seen: candidate, group: IG_BACKEND.test(candidate.name) ? 'instanceGroup' : 'neg' }]);
}
