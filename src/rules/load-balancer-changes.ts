import { ingressesNaming, servicesOfConfig } from '../judge/chain.ts';
import { wordsOfChange } from '../judge/change-words.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { defineRule, type JudgedObject, type ObjectContext } from '../judge/rule.ts';
import { isSameName, referenceTo } from '../kubernetes/field-path.ts';
import type { Ingress, KubernetesObject, Service } from '../kubernetes/objects.ts';
import { causeOf, type PlanChange } from '../plan/change.ts';
import { comparePlans } from '../plan/changes.ts';
import { hasLoadBalancer } from '../plan/load-balancer-name.ts';
import { createPlanner, type Planner } from '../plan/plan.ts';
import { isWorkload, type Snapshot } from '../snapshot/snapshot.ts';

export const loadBalancerChanges = defineRule({
  id: 'load-balancer-changes',
  judges: ['Ingress', 'Service', 'Workload', 'BackendConfig', 'FrontendConfig'],
  severity: 'warning',
  summary: 'A change takes something from a load balancer that exists, or has not the effect that it seems to have.',
  why: 'The load balancer is made of many objects, so nobody sees in one of them what its change does to it: a host that loses its backend, a path that leads elsewhere, TLS that vanishes. And the GKE Ingress controller keeps some of what it has made, whatever the objects say afterwards.',
  fix: 'If you do not want this, undo the change.',
  covers: ['R23'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  isForPeople: true,
  check: { Object: findChanges },
});

/** An admission must not grow with what one Service is behind: where more would be planned twice, nothing is said. */
const MAX_INGRESSES = 10;
const MAX_PATHS = 1000;

function findChanges({ object, old, snapshot, planner }: ObjectContext): readonly RuleFinding[] {
  if (old === undefined) return [];
  const earlier = snapshot.overlay(old);
  const around = new Set([...ingressesOf(object, snapshot), ...ingressesBefore(old, earlier)]);
  const served = [...around].filter((ingress) => hasLoadBalancer(ingress));
  if (served.length === 0 || served.length > MAX_INGRESSES || countPaths(served) > MAX_PATHS) return [];
  // What takes longest comes last: most objects are behind no Ingress, or change nothing that a plan is made of.
  if (isAlike(object, old)) return [];
  const before = createPlanner(earlier, planner.settings);
  return served
    .flatMap((ingress) => changesOf(ingress, { object, old, before, planner }))
    .filter((change) => !isFoundByOthers(change, object))
    .map((change) => findingOf(change, object));
}

interface Comparison {
  readonly object: JudgedObject;
  readonly old: KubernetesObject;
  readonly before: Planner;
  readonly planner: Planner;
}

function changesOf(ingress: Ingress, { object, old, before, planner }: Comparison): readonly PlanChange[] {
  const was = object.kind === 'Ingress' && old.kind === 'Ingress' ? old : ingress;
  return comparePlans(before.planOf(was), planner.planOf(ingress));
}

function findingOf(change: PlanChange, object: JudgedObject): RuleFinding {
  const name = referenceTo(object);
  const { object: causing, path } = causeOf(change, (one) => isSameName(one, name));
  const { isCertain, isLate, place } = change;
  return { ...wordsOfChange(change), path: isSameName(causing, name) ? path : [], isCertain, isLate, place };
}

/** What plans are not made of changes in most updates of a workload: images, annotations, how many there are. */
function isAlike(object: JudgedObject, old: KubernetesObject): boolean {
  return JSON.stringify(plannedOf(object)) === JSON.stringify(plannedOf(old));
}

function plannedOf(object: KubernetesObject): unknown {
  if (isWorkload(object)) {
    const containers = object.containers.map(({ name, ports, readinessProbe }) => ({ name, ports, readinessProbe }));
    return { containers, labels: object.podLabels, runs: object.replicas > 0 };
  }
  const { metadata, ...rest } = object;
  const { annotations, isBeingDeleted, finalizers } = metadata;
  return { ...rest, annotations, isBeingDeleted, finalizers };
}

function ingressesOf(object: JudgedObject, snapshot: Snapshot): readonly Ingress[] {
  switch (object.kind) {
    case 'Ingress':
      return [object];
    case 'Service':
      return snapshot.ingressesOf(object.metadata);
    case 'BackendConfig':
      return behind(servicesOfConfig(object, snapshot), snapshot);
    case 'FrontendConfig':
      return ingressesNaming(object, snapshot);
    case 'ManagedCertificate':
      return [];
    default:
      return behind(snapshot.servicesOf(object), snapshot);
  }
}

/** A workload may have been behind other Services: its labels decide. */
function ingressesBefore(old: KubernetesObject, earlier: Snapshot): readonly Ingress[] {
  return isWorkload(old) ? behind(earlier.servicesOf(old), earlier) : [];
}

function behind(services: readonly Service[], snapshot: Snapshot): readonly Ingress[] {
  return services.flatMap((service) => snapshot.ingressesOf(service.metadata));
}

function countPaths(ingresses: readonly Ingress[]): number {
  return ingresses.reduce((sum, { rules }) => sum + rules.reduce((own, { paths = [] }) => own + paths.length, 0), 0);
}

/** load-balancer-will-be-deleted, probe-edit-ignored and neg-switched-on-live-service say it with more of the why. */
function isFoundByOthers(change: PlanChange, object: JudgedObject): boolean {
  switch (change.kind) {
    case 'ingress-left':
      return true;
    case 'health-check':
      return isWorkload(object);
    case 'group':
      return object.kind === 'Service';
    default:
      return false;
  }
}
