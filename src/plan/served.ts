// Whether the GKE Ingress controller would act on an Ingress at all: its class and the HTTP load balancing add-on
// together (ingress-gce pkg/utils/utils.go IsGLBCIngress).
import {
  type ControllerFlags,
  enableAddOnCommand,
  type FactSource,
  type Facts,
  isProof,
  type Known,
} from '../facts/facts.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { INGRESS_CLASS } from './annotation-keys.ts';
import { type ClassDecision, GCE_CLASSES, MULTI_CLUSTER } from './ingress-class.ts';
import { AT_CLASS, annotationPath, type FieldPath, type PlanProblem, problem, referenceTo } from './problem.ts';

export interface ServedDecision {
  readonly served: boolean;
  /** Why, as one sentence. */
  readonly because: string;
  /** C1 or C2 where it is not served; none for a multi-cluster Ingress, which another controller serves. */
  readonly problems: readonly PlanProblem[];
}

export function decideServed(ingress: Ingress, decision: ClassDecision, facts: Facts): ServedDecision {
  if (!decision.isClaimed) {
    return { served: false, because: sentence(decision.because), problems: classProblems(ingress, decision) };
  }
  const addOn = facts.httpLoadBalancing;
  if (!addOn.known) {
    const unknown = 'whether the HTTP load balancing add-on is on is not known, and with it off nothing would serve it';
    return { served: true, because: sentence(`${decision.because}; ${unknown}`), problems: [] };
  }
  if (addOn.value === 'enabled') {
    const on = `the HTTP load balancing add-on is on (${SOURCES[addOn.source]})`;
    return { served: true, because: sentence(`${decision.because}, and ${on}`), problems: [] };
  }
  const off = offInWords(addOn);
  const found = problem({
    condition: 'C2',
    message:
      addOn.contradictedBy === undefined
        ? `${off}: the Ingress waits for ever, without an event.`
        : `${off}: if it has not just been turned on, the Ingress waits for ever, without an event.`,
    fix: enableAddOnCommand(facts.cluster),
    object: referenceTo(ingress),
    path: classPath(decision),
    place: AT_CLASS,
    isCertain: isProof(addOn, false),
  });
  return { served: false, because: sentence(`${decision.because}, but ${off}`), problems: [found] };
}

const SOURCES = {
  file: 'says the facts file',
  'gke-api': 'says the GKE API',
  observed: 'its default backend is seen in kube-system',
} as const satisfies Record<FactSource, string>;

function offInWords({ source, contradictedBy }: Known<unknown>): string {
  if (contradictedBy !== undefined) {
    return `the HTTP load balancing add-on is off (${SOURCES[source]}), though its default backend is seen running`;
  }
  return source === 'observed'
    ? 'the HTTP load balancing add-on seems to be off (kube-system has no l7-default-backend), so most likely the controller does not run'
    : `the HTTP load balancing add-on is off (${SOURCES[source]}), so the controller does not run`;
}

function classPath({ annotation }: ClassDecision): FieldPath {
  return annotation === '' ? ['metadata', 'annotations'] : annotationPath(INGRESS_CLASS);
}

function sentence(clause: string): string {
  if (clause.startsWith('spec.')) return `The field ${clause}.`; // names of fields keep their case
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

function classProblems(ingress: Ingress, decision: ClassDecision): readonly PlanProblem[] {
  const { annotation, because, restsOn } = decision;
  if (annotation === MULTI_CLUSTER) return [];
  const isByField = annotation === '';
  return [
    problem({
      condition: annotation === 'gce' ? 'C1' : 'C2',
      message: `the GKE Ingress controller does not serve this Ingress: ${because}.`,
      fix: fixOf(annotation, ingress.ingressClassName),
      object: referenceTo(ingress),
      path: isByField ? ['spec', 'ingressClassName'] : annotationPath(INGRESS_CLASS),
      place: AT_CLASS,
      restsOn,
    }),
  ];
}

function fixOf(annotation: string, className: string | undefined): string {
  if (annotation === 'gce') return `Write ${INGRESS_CLASS}: gce-regional-external`;
  if (annotation === 'gce-regional-external') return NEEDS_FLAG;
  const wanted = GCE_CLASSES.find((name) => name === className) ?? 'gce';
  const isGceField = wanted === className;
  if (annotation !== '') return `For GKE write ${INGRESS_CLASS}: gce; else leave it to that controller.`;
  const replace = `spec.ingressClassName with the annotation ${INGRESS_CLASS}: ${wanted}`;
  return isGceField ? `Replace ${replace}` : `For GKE replace ${replace}; else leave it to that controller.`;
}

const REGIONAL_FLAG = 'enableIngressRegionalExternal' satisfies keyof ControllerFlags;
const NEEDS_FLAG = `Use class gce, or set controller.${REGIONAL_FLAG} in the facts where the cluster offers it.`;
