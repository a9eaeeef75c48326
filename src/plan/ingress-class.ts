// Whether the GKE Ingress controller claims an Ingress, and as what (facts: ingress-gce pkg/utils/utils.go
// IsGCEIngress, pkg/loadbalancers/features/features.go ScopeFromIngress).
import type { ControllerFlags, Facts } from '../facts/facts.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { INGRESS_CLASS } from './annotation-keys.ts';

/** The classes that are the controller's own, whether a cluster offers them or not. */
export const GCE_CLASSES = ['gce', 'gce-internal', 'gce-regional-external'] as const;

/** Queued for its instance groups and for cleaning up (IsGLBCIngress), never served by the Ingress controller itself. */
export const MULTI_CLUSTER = 'gce-multi-cluster';

export interface ClassDecision {
  /** The annotation's value; "" both where it is absent and where it is empty, as the controller reads it. */
  readonly annotation: string;
  /** What the class would be called: the annotation, else spec.ingressClassName, else "gce" (no class at all). */
  readonly name: string;
  readonly isClaimed: boolean;
  readonly isClassless: boolean;
  /** Regional resources instead of global ones: gce-internal and gce-regional-external. */
  readonly isRegional: boolean;
  readonly isInternal: boolean;
  /** Why it is claimed or not, as a clause. */
  readonly because: string;
  /** The controller flag whose assumed default decided, if one did. */
  readonly restsOn: keyof ControllerFlags | undefined;
}

export function decideClass(ingress: Ingress, { controller }: Facts): ClassDecision {
  const annotation = ingress.metadata.annotations[INGRESS_CLASS] ?? '';
  const isClassless = annotation === '' && ingress.ingressClassName === undefined;
  const claim = decideClaim(annotation, ingress.ingressClassName, controller);
  return {
    annotation,
    name: annotation || (ingress.ingressClassName ?? 'gce'),
    isClassless,
    isRegional: annotation === 'gce-internal' || annotation === 'gce-regional-external',
    isInternal: annotation === 'gce-internal',
    ...claim,
  };
}

type Claim = Pick<ClassDecision, 'isClaimed' | 'because' | 'restsOn'>;

function decideClaim(annotation: string, className: string | undefined, flags: ControllerFlags): Claim {
  const decided = (isClaimed: boolean, because: string): Claim => ({ isClaimed, because, restsOn: undefined });
  const { ingressClass, enableIngressGlobalExternal, enableIngressRegionalExternal } = flags;
  const named = `the annotation ${INGRESS_CLASS} is "${annotation}"`;
  // The flag adds a value; the built-in ones apply still, although its help text says "overrides".
  if (ingressClass.value !== '' && annotation === ingressClass.value) {
    return decided(true, `${named}, the controller's --ingress-class`);
  }
  if (annotation === '') {
    if (className === undefined)
      return decided(true, 'it names no class at all, and the GKE Ingress controller takes those');
    return decided(
      false,
      `spec.ingressClassName is "${className}", and the GKE Ingress controller reads only the annotation`,
    );
  }
  if (annotation === 'gce-internal') return decided(true, named);
  if (annotation === 'gce') {
    return byFlag(named, 'enableIngressGlobalExternal', enableIngressGlobalExternal);
  }
  if (annotation === 'gce-regional-external') {
    return byFlag(named, 'enableIngressRegionalExternal', enableIngressRegionalExternal);
  }
  if (annotation === MULTI_CLUSTER)
    return decided(false, `${named}: Multi Cluster Ingress serves it, not this controller`);
  return decided(false, `${named}, which is not one of ${GCE_CLASSES.join(', ')}`);
}

function byFlag(
  named: string,
  flagName: keyof ControllerFlags,
  flag: { readonly value: boolean; readonly isGiven: boolean },
): Claim {
  const because = flag.value
    ? named
    : `${named}, and this cluster's controller does not serve that class (${flagName}: false)`;
  // A default of true is what GKE has everywhere but in sovereign clouds; only a refusal rests on an assumption worth naming.
  return { isClaimed: flag.value, because, restsOn: flag.value || flag.isGiven ? undefined : flagName };
}
