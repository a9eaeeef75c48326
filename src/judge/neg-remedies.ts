// How a Service gets a NEG behind an Ingress, or does without: shared by the rules about Services that have none.
import { type Facts, isKnownToBe } from '../facts/facts.ts';
import type { Service } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { negAnnotationWithIngress } from '../plan/neg-meant.ts';
import { advise, type Remedy, set, setAnnotation } from './fix.ts';

/** @returns nothing on a routes-based cluster, where NEGs do not work */
export function enableNeg(service: Service, { vpcNative }: Facts): readonly Remedy[] {
  if (isKnownToBe(vpcNative, false)) return [];
  const value = negAnnotationWithIngress(service);
  return value === undefined
    ? [advise(`Add "ingress": true to ${NEG}, and remove the names in its exposed_ports`)]
    : [setAnnotation(service, NEG, value)];
}

export function makeNodePort(service: Service, { vpcNative }: Facts): Remedy {
  const because = isKnownToBe(vpcNative, false) ? 'NEGs do not work on this routes-based cluster' : '';
  return set(service, ['spec', 'type'], 'NodePort', because);
}
