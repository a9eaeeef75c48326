import { nameOf, type Service, type Workload } from '../kubernetes/objects.ts';
import { nearest } from '../nearest.ts';
import type { BackendUse } from '../plan/plan.ts';
import { type Snapshot, WORKLOAD_KINDS } from '../snapshot/snapshot.ts';
import { defineRule, type RuleFinding, type ServiceContext } from './rule.ts';

export const backendWithoutEndpoints = defineRule({
  id: 'backend-without-endpoints',
  judges: 'Service',
  severity: 'warning',
  summary: 'A Service behind a GKE Ingress selects no Pod.',
  why: 'The load balancer has nobody to send requests to and answers 502. A health check that is made while there is no Pod is made of defaults (GET /), and keeps them when Pods come.',
  fix: 'Let spec.selector match the labels of the Pods, and let there be Pods before the Ingress.',
  covers: ['R22'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks'],
  check: ({ service, uses, snapshot }) => {
    const [use] = uses;
    // Without Pods an ExternalName is not mended.
    if (use === undefined || service.type === 'ExternalName') return [];
    const found = findEmpty(service, use, snapshot);
    return found === undefined ? [] : [{ path: ['spec', 'selector'], isCertain: false, ...found }];
  },
});

type Found = Omit<RuleFinding, 'path'> | undefined;

function findEmpty(service: Service, { plan, backend }: BackendUse, snapshot: ServiceContext['snapshot']): Found {
  const then = `Ingress "${plan.ingress.metadata.name}" has no endpoints to send requests to`;
  if (Object.keys(service.selector).length === 0) {
    const isNeg = backend.group === 'neg';
    return {
      message: `it has no selector, so ${then}.`,
      note: isNeg ? 'A NEG takes only endpoints that are Pods.' : '(Unless its EndpointSlices are kept by hand.)',
      fix: 'Set spec.selector to the labels of the Pods.',
    };
  }
  const workloads = snapshot.workloadsOf(service);
  if (workloads.length === 0) return findUnmatched(service, then, snapshot);
  if (workloads.some(({ replicas }) => replicas > 0)) return undefined;
  return {
    message: `${workloads.map(nameInWords).join(' and ')} ${workloads.length === 1 ? 'has' : 'have'} 0 replicas, so ${then}.`,
    note: "A health check that is made now is Google's default, GET /, and keeps that.",
    fix: 'Scale it up before the Ingress is made, or set spec.healthCheck in a BackendConfig.',
  };
}

function findUnmatched(service: Service, then: string, snapshot: Snapshot): Found {
  const { namespace } = service.metadata;
  if (!WORKLOAD_KINDS.some((kind) => snapshot.isKnown(kind, namespace))) return undefined;
  const near = nearestWorkload(service, snapshot);
  return {
    message: `no Pods are known with the labels ${labelsOf(service.selector)}, so ${then}.`,
    note: `${near}(Unless another kind than ${WORKLOAD_KINDS.slice(0, 3).join(', ')} makes them.)`,
  };
}

/** A workload whose labels are nearly those that are selected. */
function nearestWorkload(service: Service, snapshot: Snapshot): string {
  const selector = Object.entries(service.selector);
  const all = snapshot.workloadsOf({ ...service, selector: {} });
  const near = all.find(({ podLabels }) =>
    selector.every(([key, value]) => nearest(value, [podLabels[key] ?? '']) !== undefined),
  );
  if (near === undefined) return '';
  const labels = Object.fromEntries(selector.map(([key]) => [key, near.podLabels[key] ?? '']));
  return `${nameOf(near)} has ${labelsOf(labels)}. `;
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function nameInWords({ kind, metadata }: Workload): string {
  return `${kind} "${metadata.name}"`;
}
