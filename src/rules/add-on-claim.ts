// What shows that an Ingress is for the GKE Ingress controller, whether the controller runs or not: shared by the two
// rules about the add-on.
import { type Facts, isKnownToBe } from '../facts/facts.ts';
import type { Ingress, IngressClass } from '../kubernetes/objects.ts';
import { INGRESS_CLASS, isGceOnly } from '../plan/annotation-keys.ts';
import { type ClassDecision, GCE_CLASSES } from '../plan/ingress-class.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { FieldPath } from './rule.ts';

export interface AddOnClaim {
  readonly path: FieldPath;
  /** As the beginning of a sentence. */
  readonly what: string;
  /** The class that it asks for by name; undefined for an Ingress without class. */
  readonly className: string | undefined;
  /** The annotation that proves what an Ingress without class is for; undefined where nothing does. */
  readonly proof: string | undefined;
}

export function findAddOnClaim(ingress: Ingress, decision: ClassDecision, snapshot: Snapshot): AddOnClaim | undefined {
  const { annotation } = decision;
  const annotations = ['metadata', 'annotations'];
  const isGceClass = GCE_CLASSES.some((name) => name === annotation);
  if (isGceClass || (decision.isClaimed && !decision.isClassless)) {
    // The add-on is not the only thing that can serve a class of that name.
    if (isOfAnotherController(annotation, snapshot)) return undefined;
    return {
      path: [...annotations, INGRESS_CLASS],
      what: `its class is "${annotation}"`,
      className: annotation,
      proof: undefined,
    };
  }
  if (!decision.isClassless) return undefined;
  const proof = Object.keys(ingress.metadata.annotations).toSorted().find(isGceOnly);
  return {
    path: proof === undefined ? annotations : [...annotations, proof],
    what: proof === undefined ? 'it names no class' : `it names no class and has "${proof}", which only GKE reads`,
    className: undefined,
    proof,
  };
}

/**
 * Whether an Ingress that GKE would claim may be another controller's: it names no class, nothing in it is GKE's alone,
 * and the GKE Ingress controller is not known to run. What GKE would refuse of it may work there.
 */
export function mayBeAnothers({ metadata }: Ingress, decision: ClassDecision, facts: Facts): boolean {
  if (!decision.isClassless || isKnownToBe(facts.httpLoadBalancing, 'enabled')) return false;
  return !Object.keys(metadata.annotations).some(isGceOnly);
}

/** Whether an IngressClass of that name is known and belongs to a controller other than GKE's. */
export function isOfAnotherController(className: string, snapshot: Snapshot): boolean {
  const known = snapshot.get('IngressClass', '', className);
  return known !== undefined && !isControllerOfGke(known);
}

/** What the controller of an IngressClass is called that people wrote for GKE. */
export const GKE_CONTROLLER = /gce|gke|cloud\.google/i;

/** GKE ships no IngressClass, so one that people wrote for it carries a name like k8s.io/ingress-gce. */
function isControllerOfGke({ controller }: IngressClass): boolean {
  return controller === '' || GKE_CONTROLLER.test(controller);
}
