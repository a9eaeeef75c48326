import type { RuleFinding } from '../judge/finding.ts';
import { advise, run, set } from '../judge/fix.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import { nameOf, type Service, type Workload } from '../kubernetes/objects.ts';
import { isEmpty, keysIn } from '../kubernetes/read.ts';
import { nearest } from '../nearest.ts';
import { type Snapshot, WORKLOAD_KINDS } from '../snapshot/snapshot.ts';

export const backendWithoutEndpoints = defineRule({
  id: 'backend-without-endpoints',
  judges: ['Service'],
  severity: 'warning',
  summary: 'A Service behind a GKE Ingress selects no Pod.',
  why: 'The load balancer has nobody to send requests to and answers 502. A health check that is made while there is no Pod is made of defaults (GET /), and keeps them when Pods come.',
  fix: 'Let spec.selector match the labels of the Pods, and let there be Pods before the Ingress.',
  covers: ['R22'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks'],
  check: { Backend: findWithout },
});

function findWithout(context: BackendContext): readonly RuleFinding[] {
  // An ExternalName has its own rule.
  if (context.plan === undefined || context.service.type === 'ExternalName') return [];
  const found = findEmpty(
    context,
    `Ingress "${context.plan.ingress.metadata.name}" has no endpoints to send requests to`,
  );
  return found === undefined ? [] : [{ isCertain: false, ...found }];
}

type Found = RuleFinding | undefined;

const SELECTOR = ['spec', 'selector'] as const;

function findEmpty({ service, backend, snapshot }: BackendContext, then: string): Found {
  if (isEmpty(service.selector)) {
    const isNeg = backend.group === 'neg';
    return {
      path: ['spec'],
      message: `it has no selector, so ${then}.`,
      note: isNeg ? 'A NEG takes only endpoints that are Pods.' : '(Unless its EndpointSlices are kept by hand.)',
      fix: [advise('set spec.selector to the labels of the Pods')],
    };
  }
  const { workloads } = backend;
  if (workloads.length === 0) return findUnmatched(service, then, snapshot);
  if (workloads.some(({ replicas }) => replicas > 0)) return undefined;
  const [first] = workloads;
  return {
    path: SELECTOR,
    message: `${workloads.map(nameInWords).join(' and ')} ${workloads.length === 1 ? 'has' : 'have'} 0 replicas, so ${then}.`,
    note: "A health check that is made now is Google's default, GET /, and keeps that.",
    fix: [
      ...(first === undefined ? [] : [run(scaleUp(first), 'before the Ingress is made')]),
      advise('set spec.healthCheck in a BackendConfig'),
    ],
  };
}

function scaleUp({ kind, metadata }: Workload): readonly string[] {
  return ['kubectl', 'scale', `${kind.toLowerCase()}/${metadata.name}`, '-n', metadata.namespace, '--replicas=2'];
}

function findUnmatched(service: Service, then: string, snapshot: Snapshot): Found {
  const { namespace } = service.metadata;
  if (!WORKLOAD_KINDS.some((kind) => snapshot.isKnown(kind, namespace))) return undefined;
  const near = nearestLabels(service, snapshot);
  const said = near === undefined ? '' : `${nameOf(near.workload)} has ${labelsOf(near.labels)}. `;
  return {
    path: SELECTOR,
    message: `no Pods are known with the labels ${labelsOf(service.selector)}, so ${then}.`,
    isLate: true,
    note: `${said}(Unless another kind than ${WORKLOAD_KINDS.slice(0, 3).join(', ')} makes them.)`,
    ...(near === undefined ? {} : { fix: [set(service, ['spec', 'selector'], near.labels)] }),
  };
}

/** To compare every Service with every workload would take too long. */
const MAX_COMPARED = 200;

/** Labels of a workload that are nearly those that are selected. */
function nearestLabels(
  service: Service,
  snapshot: Snapshot,
): { readonly workload: Workload; readonly labels: Readonly<Record<string, string>> } | undefined {
  const selector = keysIn(service.selector);
  const all = snapshot.workloadsOf({ ...service, selector: {} }).slice(0, MAX_COMPARED);
  const workload = all.find(({ podLabels }) =>
    selector.every((key) =>
      isNear(service.selector[key] ?? '', Object.hasOwn(podLabels, key) ? podLabels[key] : undefined),
    ),
  );
  if (workload === undefined) return undefined;
  return { workload, labels: Object.fromEntries(selector.map((key) => [key, workload.podLabels[key] ?? ''])) };
}

/** Of a short value, such as v1, every other is but a few letters away. */
function isNear(value: string, label: string | undefined): boolean {
  return label !== undefined && nearest(value, [label], Math.floor(value.length / 3)) !== undefined;
}

/** More than these nobody reads. */
const MAX_LABELS = 20;

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const keys = Object.keys(labels);
  const more = keys.length > MAX_LABELS ? ` and ${keys.length - MAX_LABELS} more` : '';
  const said = keys.slice(0, MAX_LABELS).map((key) => `${key}=${labels[key] ?? ''}`);
  return `${said.join(',')}${more}`;
}

function nameInWords({ kind, metadata }: Workload): string {
  return `${kind} "${metadata.name}"`;
}
