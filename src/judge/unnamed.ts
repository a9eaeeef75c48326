// What does nothing until another object names it, where nobody who is known does. Where that is evident a rule says it; else
// whoever names it may be in another place.
import type { ObjectName } from '../kubernetes/field-path.ts';
import { referenceTo } from '../kubernetes/field-path.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { ingressesNaming, servicesOfConfig } from './chain.ts';
import { securityOf } from './protection.ts';

export interface Unnamed {
  readonly object: ObjectName;
  /** Whether Services name it, and no Ingress leads to them. */
  readonly isBehindNoIngress: boolean;
}

export function findUnnamed(object: KubernetesObject, snapshot: Snapshot): Unnamed | undefined {
  if (object.kind === 'FrontendConfig' || object.kind === 'ManagedCertificate') {
    const isNamed = ingressesNaming(object, snapshot).length > 0;
    return isNamed ? undefined : { object: referenceTo(object), isBehindNoIngress: false };
  }
  if (object.kind !== 'BackendConfig') return undefined;
  const services = servicesOfConfig(object, snapshot);
  if (services.length === 0) return { object: referenceTo(object), isBehindNoIngress: false };
  // Anything else than what protects is missed by whoever writes the Ingress.
  const isOpen =
    securityOf(object).length > 0 && services.every(({ metadata }) => snapshot.ingressesOf(metadata).length === 0);
  return isOpen ? { object: referenceTo(object), isBehindNoIngress: true } : undefined;
}
