import type { Wording } from '../judge/finding.ts';
import { set } from '../judge/fix.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { Service } from '../kubernetes/objects.ts';
import type { FaultOf } from '../plan/fault.ts';
import { readNegAnnotation } from '../plan/neg.ts';
import { asksForNeg } from '../plan/service-faults.ts';

export const negIpv6Only = defineRule({
  id: 'neg-ipv6-only',
  judges: ['Service'],
  severity: 'error',
  summary: 'A Service that has IPv6 addresses only asks for NEGs.',
  why: 'Without its flag enableIpv6OnlyNeg the NEG controller refuses a single-stack IPv6 Service: no NEG is made, which only an event on the Service reports.',
  fix: 'Make the Service dual-stack (spec.ipFamilyPolicy: PreferDualStack), or IPv4.',
  covers: ['C39'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips'],
  words: { C39: wordIpv6 },
});

function wordIpv6({ backend, service, restsOn }: FaultOf<'C39'>, { plan }: WordingContext): Wording | undefined {
  // For an Ingress that is not there nobody makes one.
  if (plan === undefined && !exposesPorts(service)) return undefined;
  const isUsed = plan !== undefined && asksForNeg(backend, readNegAnnotation(service.metadata.annotations));
  const forWhat = isUsed ? `Ingress "${plan.ingress.metadata.name}"` : 'it';
  const isAssumed = restsOn !== undefined;
  return {
    message: `spec.ipFamilies is IPv6 only, and the controller makes no NEG for ${forWhat}${isAssumed ? ' unless its enableIpv6OnlyNeg is on' : ''}.`,
    note: isAssumed
      ? 'The facts do not say whether it is; by default it is off (controller.enableIpv6OnlyNeg).'
      : 'The facts say that its enableIpv6OnlyNeg is off.',
    fix: [set(service, ['spec', 'ipFamilyPolicy'], 'PreferDualStack')],
  };
}

function exposesPorts({ metadata }: Service): boolean {
  const annotation = readNegAnnotation(metadata.annotations);
  return annotation.state === 'valid' && annotation.exposedPorts.size > 0;
}
