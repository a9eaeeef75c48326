import { readNegAnnotation } from '../plan/neg.ts';
import { findIpv6Only } from '../plan/neg-problems.ts';
import { AT_SERVICE } from '../plan/problem.ts';
import { defineRule } from './rule.ts';

export const negIpv6Only = defineRule({
  id: 'neg-ipv6-only',
  judges: 'Service',
  severity: 'error',
  summary: 'A Service that has IPv6 addresses only asks for NEGs.',
  why: 'Without its flag enableIpv6OnlyNeg the NEG controller refuses a single-stack IPv6 Service: no NEG is made, which only an event on the Service tells.',
  fix: 'Make the Service dual-stack (spec.ipFamilyPolicy: PreferDualStack), or IPv4.',
  covers: ['C39'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips'],
  check: ({ service, uses, facts }) => {
    const using = uses.find(({ backend }) => backend.group === 'neg' && !backend.isNegForced);
    const annotation = readNegAnnotation(service.metadata.annotations);
    const isUsed = using !== undefined;
    const found = findIpv6Only({ service, isUsed, facts, place: AT_SERVICE }, annotation);
    if (found === undefined || annotation.state === 'invalid') return [];
    const then =
      using === undefined ? 'makes no NEG for it' : `makes no NEG for Ingress "${using.plan.ingress.metadata.name}"`;
    const isAssumed = found.restsOn !== undefined;
    return [
      {
        path: found.path,
        message: `spec.ipFamilies is IPv6 only, and the controller ${then}${isAssumed ? ' unless its enableIpv6OnlyNeg is on' : ''}.`,
        note: isAssumed
          ? 'The facts do not say whether it is; by default it is off (controller.enableIpv6OnlyNeg).'
          : 'The facts say that its enableIpv6OnlyNeg is off.',
        fix: found.fix,
        isCertain: isUsed && !isAssumed,
        ...(isAssumed ? { severity: 'warning' } : {}),
      },
    ];
  },
});
