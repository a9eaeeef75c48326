// What the mutating webhook says of the NEG annotation: why it was not added, what follows where a stored Service gets it, and
// that taking it away does not last. Each names the one way out that lasts.
import type { Service } from '../kubernetes/objects.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { createPlanner, type IngressPlan } from '../plan/plan.ts';
import { settingsAsStored } from '../plan/plan-input.ts';
import type { Corridor } from '../verdict/corridor.ts';
import { fitWarnings, type Line } from '../verdict/words.ts';
import type { Injection } from './neg-injection.ts';

/** An admission must not grow with the Ingresses that name one Service: so many are planned, by name. */
const MAX_PLANNED = 10;

const OPT_OUT = `The value '{"ingress": false}' keeps it out for good`;

export function negWarnings(
  service: Service,
  injection: Injection,
  corridor: Pick<Corridor, 'facts' | 'snapshot'>,
): readonly string[] {
  return fitWarnings(linesOf(service, injection, corridor));
}

function linesOf(
  service: Service,
  injection: Injection,
  corridor: Pick<Corridor, 'facts' | 'snapshot'>,
): readonly Line[] {
  if (injection.inject) {
    switch (injection.how) {
      case 'created':
        return [];
      case 'restored':
        return say(service, `the annotation ${NEG} was put back: an update does not take it away.`, OPT_OUT);
      case 'healed':
        return healed(service, injection.value, corridor);
    }
  }
  if (injection.unknownFact !== undefined) {
    return say(
      service,
      `the annotation ${NEG} was not added: it is not known whether the cluster is VPC-native.`,
      "Declare vpcNative in the guard's facts, or write the annotation yourself",
    );
  }
  return injection.nextUpdateAdds === true
    ? say(service, `without the annotation ${NEG} its next update adds '{"ingress": true}'.`, OPT_OUT)
    : [];
}

/** A line for each Ingress that is built by it, all of the Service's own namespace; without one no NEG is made. */
function healed(
  service: Service,
  value: string,
  { facts, snapshot }: Pick<Corridor, 'facts' | 'snapshot'>,
): readonly Line[] {
  const { metadata } = service;
  const annotated = { ...service, metadata: { ...metadata, annotations: { ...metadata.annotations, [NEG]: value } } };
  const planner = createPlanner(snapshot.overlay(annotated), settingsAsStored(facts));
  const plans = snapshot
    .ingressesOf(metadata)
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .slice(0, MAX_PLANNED)
    .map((ingress) => planner.planOf(ingress));
  const served = plans.filter((plan) => plan.served.concern === 'certain' && hasNeg(plan, service));
  return served.flatMap((plan) => say(service, whatFollows(plan), OPT_OUT));
}

function hasNeg(plan: IngressPlan, service: Service): boolean {
  return plan.backendsOf(service).some(({ group }) => group === 'neg');
}

/** Of a ClusterIP Service without NEGs every Ingress that names it was refused as a whole (C6). */
function whatFollows({ ingress, backends, urlMap }: IngressPlan): string {
  const name = `Ingress "${ingress.metadata.name}"`;
  const isRefused = backends.some(({ error }) => error !== undefined) || urlMap.faults.length > 0;
  return isRefused
    ? `it got ${NEG}: a NEG is made for ${name}, which other faults keep from building.`
    : `it got ${NEG}: ${name} builds now, with all changes that waited; new Pods wait for Google's check.`;
}

function say(service: Service, message: string, fix: string): readonly Line[] {
  return [{ objectName: nameOf(service), message, note: '', fix, tag: 'neg-injection', isPossible: false }];
}
