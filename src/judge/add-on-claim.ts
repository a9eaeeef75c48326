// What shows that an Ingress is for the GKE Ingress controller, whether the controller runs or not, and how an Ingress says
// whose it is: shared by the rules about the add-on and the class.

import { ANNOTATIONS, annotationPath, type FieldPath } from '../kubernetes/field-path.ts';
import type { Ingress, IngressClass } from '../kubernetes/objects.ts';
import { keysIn } from '../kubernetes/read.ts';
import { INGRESS_CLASS, isGceOnly } from '../plan/annotation-keys.ts';
import { type ClassDecision, GCE_CLASSES } from '../plan/ingress-class.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type Remedy, remove, removeAnnotation, set, setAnnotation, together } from './fix.ts';

export interface AddOnClaim {
  readonly path: FieldPath;
  /** The class that it asks for by name; undefined for an Ingress without class. */
  readonly className: string | undefined;
  /** The annotation that proves what an Ingress without class is for; undefined where nothing does. */
  readonly proof: string | undefined;
}

export function findAddOnClaim(ingress: Ingress, decision: ClassDecision, snapshot: Snapshot): AddOnClaim | undefined {
  const { annotation } = decision;
  const isGceClass = GCE_CLASSES.some((name) => name === annotation);
  if (isGceClass || (decision.isClaimed && !decision.isClassless)) {
    // The add-on is not the only thing that can serve a class of that name.
    if (isOfAnotherController(annotation, snapshot)) return undefined;
    return {
      path: annotationPath(INGRESS_CLASS),
      className: annotation,
      proof: undefined,
    };
  }
  if (!decision.isClassless) return undefined;
  const proof = keysIn(ingress.metadata.annotations).filter(isGceOnly).toSorted()[0];
  return {
    path: proof === undefined ? ANNOTATIONS : annotationPath(proof),
    className: undefined,
    proof,
  };
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

const CLASS_NAME: FieldPath = ['spec', 'ingressClassName'];

/** The annotation, which alone GKE reads. A new Ingress whose field says something else is refused by the API server. */
export function nameGceClass(ingress: Ingress, name: string, because = ''): Remedy {
  const change = setAnnotation(ingress, INGRESS_CLASS, name, because);
  const { ingressClassName } = ingress;
  return ingressClassName === undefined || ingressClassName === name
    ? change
    : together(change, remove(ingress, CLASS_NAME));
}

/** The field, for any other controller, and no annotation beside it, for the same reason. */
export function nameOtherClass(ingress: Ingress, name: string): Remedy {
  const change = set(ingress, CLASS_NAME, name);
  return ingress.metadata.annotations[INGRESS_CLASS] === undefined
    ? change
    : together(change, removeAnnotation(ingress, INGRESS_CLASS));
}
