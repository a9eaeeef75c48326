// Parts of a plan in words, for the messages of rules and for an explanation: each part is worded here and nowhere else.
import { type FactSource, type Facts, isKnownToBe, type Known } from '../facts/facts.ts';
import { nameOf, type PortReference, type Workload } from '../kubernetes/objects.ts';
import { INGRESS_CLASS } from '../plan/annotation-keys.ts';
import { type HealthCheckPlan, type HealthCheckReason, TRANSPARENT_PORT } from '../plan/health-check.ts';
import { type ClassDecision, GCE_CLASSES } from '../plan/ingress-class.ts';
import type { NegSource } from '../plan/neg-default.ts';
import type { PathSite } from '../plan/path-site.ts';
import type { IngressPlan } from '../plan/plan.ts';
import type { IgnoredBecause } from '../plan/probe.ts';

const SAYS = {
  file: 'says the facts file',
  'gke-api': 'says the GKE API',
  observed: 'its default backend is seen in kube-system',
} as const satisfies Record<FactSource, string>;

/** Why GKE serves an Ingress or not, as one sentence. */
export function servedBecause(plan: IngressPlan, facts: Facts): string {
  const { reason } = plan.served;
  const addOn = facts.httpLoadBalancing;
  const because = classBecause(plan);
  switch (reason) {
    case 'class':
      return sentence(because);
    case 'deleting':
      return isKnownToBe(addOn, 'disabled')
        ? 'It is being deleted, and with the add-on off nothing removes its load balancer and its finalizer.'
        : 'It is being deleted: GKE removes its load balancer, and then its finalizer.';
    case 'no-instance-group':
      return sentence(`${because}; but it is built here as well, since it needs no instance group`);
    case 'add-on-unknown':
      return sentence(
        `${because}; whether the HTTP load balancing add-on is on is not known, and with it off nothing would serve it`,
      );
    case 'add-on-on':
      return sentence(
        `${because}, and the HTTP load balancing add-on is on${addOn.known ? ` (${SAYS[addOn.source]})` : ''}`,
      );
    case 'add-on-off':
      return sentence(`${because}, but ${isKnownToBe(addOn, 'disabled') ? offInWords(addOn) : 'the add-on is off'}`);
  }
}

function classBecause({ class: decision, ingress }: IngressPlan): string {
  const named = `the annotation ${INGRESS_CLASS} is "${decision.annotation}"`;
  switch (decision.reason) {
    case 'flag':
      return `${named}, the controller's --ingress-class`;
    case 'no-class':
      return 'it names no class at all, and the GKE Ingress controller takes those';
    case 'field':
      return `spec.ingressClassName is "${ingress.ingressClassName ?? ''}", and the GKE Ingress controller reads only the annotation`;
    case 'annotation':
      return named;
    case 'not-offered':
      return `${named}, and this cluster's controller does not serve that class (${flagOfClass(decision)}: false)`;
    case 'multi-cluster':
      return `${named}: Multi Cluster Ingress serves it, not this controller`;
    case 'other':
      return `${named}, which is not one of ${GCE_CLASSES.join(', ')}`;
  }
}

/** The controller flag that offers a class. */
export function flagOfClass({
  annotation,
}: ClassDecision): 'enableIngressGlobalExternal' | 'enableIngressRegionalExternal' {
  return annotation === 'gce' ? 'enableIngressGlobalExternal' : 'enableIngressRegionalExternal';
}

function offInWords({ source, contradictedBy }: Known<unknown>): string {
  if (contradictedBy !== undefined) {
    return `the HTTP load balancing add-on is off (${SAYS[source]}), though its default backend is seen running`;
  }
  return source === 'observed'
    ? 'the HTTP load balancing add-on seems to be off (kube-system has no l7-default-backend), so most likely the controller does not run'
    : `the HTTP load balancing add-on is off (${SAYS[source]}), so the controller does not run`;
}

function sentence(clause: string): string {
  if (clause.startsWith('spec.')) return `The field ${clause}.`; // names of fields keep their case
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

/** Why the health check is what it is, as a clause. */
export function healthCheckReason({ configured, reason }: HealthCheckPlan): string {
  const base = reasonInWords(reason);
  if (configured === undefined) return base;
  return `${nameOf(configured.config)} sets ${configured.fields.join(', ')}; the rest: ${base}`;
}

function reasonInWords(reason: HealthCheckReason): string {
  switch (reason.why) {
    case 'transparent':
      return `the Service opts into transparent health checks: GKE answers on port ${TRANSPARENT_PORT} for the Pod's own readiness`;
    case 'adopted': {
      const { workload, container } = reason.probe;
      const others = reason.disagreeing.map(nameOf).join(', ');
      const caveat = others === '' ? '' : `; it is the oldest, and ${others} would give another`;
      return `the readiness probe of container "${container.name}" of ${nameOf(workload)} is adopted${caveat}`;
    }
    case 'system':
      return 'it is the default backend of the system';
    case 'ignored': {
      const { workload, container, because } = reason.probe;
      return `the readiness probe of container "${container.name}" of ${nameOf(workload)} is not adopted: ${ignoredInWords(because, container.name)}`;
    }
    case 'no-pod':
      return 'no Pod that the Service selects is known';
    case 'no-replicas':
      return `${namesOf(reason.workloads)} has no replicas, and a Pod must be there when the check is made`;
    case 'no-probe':
      return `no container of ${namesOf(reason.workloads)} has a readiness probe`;
  }
}

function namesOf(workloads: readonly Workload[]): string {
  return workloads.map(nameOf).join(', ');
}

/** Why the controller passes over a readiness probe, as a clause about the probe. */
export function ignoredInWords(because: IgnoredBecause, container: string): string {
  switch (because.why) {
    case 'handler':
      return `it is ${withArticle(because.handler)} probe, and only httpGet is read`;
    case 'host':
      return `it sets httpGet.host ("${because.host}")`;
    case 'header':
      return `it sends the header "${because.name}", and only one named exactly "Host" may be there`;
    case 'headers':
      return `it sends ${because.count} headers, and only one may be there`;
    case 'scheme':
      return `its scheme is ${because.scheme}, and the Service port speaks ${because.protocol}`;
    case 'undeclared':
      return `container "${container}" declares no port ${portInWords(because.targetPort)}, the Service's targetPort`;
    case 'port':
      return `it is on port ${portInWords(because.port)}, and the Service's targetPort is ${portInWords(because.targetPort)}`;
  }
}

function withArticle(handler: string): string {
  if (handler === 'none') return 'an empty';
  return /^[aeiou]/.test(handler) ? `an ${handler}` : `a ${handler}`;
}

/** `"http"` or `8080` */
export function portInWords(reference: PortReference): string {
  return typeof reference === 'number' ? String(reference) : `"${reference}"`;
}

/** Where the NEG annotation of a backend is. */
export function negSourceInWords(source: NegSource): string {
  switch (source) {
    case 'annotation':
      return 'the NEG annotation is there';
    case 'guard':
      return 'the NEG annotation will be written by this guard';
    case 'gke':
      return 'the NEG annotation is expected from GKE';
    case 'maybe':
      return 'GKE may add the NEG annotation: the facts that decide are not known';
    case 'none':
      return 'the NEG annotation is not there, and GKE does not add it later';
  }
}

/** `path "/api" of host "shop.example.com"` */
export function siteInWords({ path, host }: Pick<PathSite, 'path' | 'host'>): string {
  return `path "${path}"${host === '' ? '' : ` of host "${host}"`}`;
}

/** What stays the same of a path when others are added before it. */
export function siteIdentity({ path, host, pathType }: Pick<PathSite, 'path' | 'host' | 'pathType'>): string {
  return `${host} ${pathType ?? ''} ${path}`;
}

/** `Ingress "web"`, or any Ingress where none is known. @param plan of the Ingress that uses it */
export function ingressInWords(plan: IngressPlan | undefined, otherwise: string): string {
  return plan === undefined ? otherwise : `Ingress "${plan.ingress.metadata.name}"`;
}

/** What a fault of its Service does to the Ingress, as a clause: the translation of all of it ends there. */
export function wholeIngressFails(plan: IngressPlan | undefined, uses = 'the Service'): string {
  return plan === undefined
    ? `an Ingress that uses ${uses} fails`
    : `the whole of Ingress "${plan.ingress.metadata.name}" fails`;
}
