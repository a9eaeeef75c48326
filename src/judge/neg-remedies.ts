// How a Service gets a NEG behind an Ingress, or does without: shared by the rules about Services that have none.
import { type Facts, isKnownToBe } from '../facts/facts.ts';
import type { Service } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { negAnnotationWithIngress } from '../plan/neg-meant.ts';
import { advise, inWords, type Remedy, removeAnnotation, set, setAnnotation, together, valueInWords } from './fix.ts';

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

/** Instance groups in place of NEGs; an ExternalName Service has neither. */
export function doWithoutNeg(service: Service, facts: Facts): Remedy {
  const { type } = service;
  const removal = removeAnnotation(service, NEG);
  if (type === 'LoadBalancer' && !service.allocatesNodePorts) {
    return together(removal, set(service, ['spec', 'allocateLoadBalancerNodePorts'], true));
  }
  if (type === 'NodePort' || type === 'LoadBalancer') {
    return removeAnnotation(service, NEG, 'instance groups work here');
  }
  return type === 'ExternalName' ? removal : together(removal, makeNodePort(service, facts));
}

/** For an annotation that turns NEGs neither on nor off: the one or the other, whatever works here. The message names it. */
export function chooseNeg(service: Service, isNegForced: boolean, facts: Facts): readonly Remedy[] {
  const { type } = service;
  const on = type === 'ExternalName' ? [] : enableNeg(service, facts);
  if (on.length === 0) return [doWithoutNeg(service, facts)];
  if (isNegForced || (type !== 'NodePort' && type !== 'LoadBalancer')) return on.map(valueOnly);
  return [
    ...on.map(valueOnly),
    inWords(`'{"ingress": false}' for instance groups`, setAnnotation(service, NEG, '{"ingress": false}')),
  ];
}

function valueOnly(remedy: Remedy): Remedy {
  const [edit] = remedy.edits;
  return edit?.operation === 'set' ? inWords(`write ${valueInWords(edit.value)}`, remedy) : remedy;
}
