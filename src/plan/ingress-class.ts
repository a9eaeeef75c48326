// Whether the GKE Ingress controller claims an Ingress, and as what (ingress-gce pkg/utils/utils.go IsGCEIngress,
// pkg/loadbalancers/features/features.go ScopeFromIngress).
import type { ControllerFlags, Facts } from '../facts/facts.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { INGRESS_CLASS } from './annotation-keys.ts';

/** The classes that are the controller's own, whether a cluster offers them or not. */
export const GCE_CLASSES = ['gce', 'gce-internal', 'gce-regional-external'] as const;

/** Taken up for its instance groups and for cleaning up (IsGLBCIngress); where it needs none, all of it is built (served.ts). */
export const MULTI_CLUSTER = 'gce-multi-cluster';

/**
 * `flag`: the annotation is the controller's --ingress-class. `no-class`: it takes those. `field`: only the field is set, which
 * it does not read. `annotation`: a class of its own. `not-offered`: one that its flags turn off. `multi-cluster`, `other`:
 * somebody else's.
 */
export type ClassReason = 'flag' | 'no-class' | 'field' | 'annotation' | 'not-offered' | 'multi-cluster' | 'other';

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
  /**
   * Whether its backends are regional too, and NEGs whatever their Services say. Not where --ingress-class alone claims
   * gce-regional-external: the flag of the class itself decides it (translator.go getServicePortParamsForIngress).
   */
  readonly hasRegionalBackends: boolean;
  readonly reason: ClassReason;
  /** The controller flag whose assumed default decided, if one did. */
  readonly restsOn: keyof ControllerFlags | undefined;
}

export function decideClass(ingress: Ingress, { controller }: Pick<Facts, 'controller'>): ClassDecision {
  const annotation = ingress.metadata.annotations[INGRESS_CLASS] ?? '';
  const isClassless = annotation === '' && ingress.ingressClassName === undefined;
  const claim = decideClaim(annotation, isClassless, controller);
  return {
    annotation,
    name: annotation || (ingress.ingressClassName ?? 'gce'),
    isClassless,
    isRegional: annotation === 'gce-internal' || annotation === 'gce-regional-external',
    isInternal: annotation === 'gce-internal',
    hasRegionalBackends:
      annotation === 'gce-internal' ||
      (annotation === 'gce-regional-external' &&
        (controller.enableIngressRegionalExternal.value || claim.reason !== 'flag')),
    ...claim,
  };
}

/** An empty annotation is to the controller as none. */
export function hasSameClass(a: Ingress, b: Ingress): boolean {
  const classOf = ({ metadata }: Ingress): string => metadata.annotations[INGRESS_CLASS] ?? '';
  return a.ingressClassName === b.ingressClassName && classOf(a) === classOf(b);
}

type Claim = Pick<ClassDecision, 'isClaimed' | 'reason' | 'restsOn'>;

function decideClaim(annotation: string, isClassless: boolean, flags: ControllerFlags): Claim {
  const decided = (isClaimed: boolean, reason: ClassReason): Claim => ({ isClaimed, reason, restsOn: undefined });
  const { ingressClass, enableIngressGlobalExternal, enableIngressRegionalExternal } = flags;
  // The flag adds a value; the built-in ones apply still, although its help text says "overrides".
  if (ingressClass.value !== '' && annotation === ingressClass.value) return decided(true, 'flag');
  if (annotation === '') return isClassless ? decided(true, 'no-class') : decided(false, 'field');
  if (annotation === 'gce-internal') return decided(true, 'annotation');
  if (annotation === 'gce') return byFlag('enableIngressGlobalExternal', enableIngressGlobalExternal);
  if (annotation === 'gce-regional-external') {
    return byFlag('enableIngressRegionalExternal', enableIngressRegionalExternal);
  }
  return decided(false, annotation === MULTI_CLUSTER ? 'multi-cluster' : 'other');
}

function byFlag(flagName: keyof ControllerFlags, flag: { readonly value: boolean; readonly isGiven: boolean }): Claim {
  // A default of true is what GKE has everywhere but in sovereign clouds; only a refusal rests on an assumption worth naming.
  const restsOn = flag.value || flag.isGiven ? undefined : flagName;
  return { isClaimed: flag.value, reason: flag.value ? 'annotation' : 'not-offered', restsOn };
}
