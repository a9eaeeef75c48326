import type { RuleFinding } from '../judge/finding.ts';
import { advise, type Remedy, set } from '../judge/fix.ts';
import { protectionsOf } from '../judge/protection.ts';
import { defineRule, type ServiceContext } from '../judge/rule.ts';
import type { Service } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { isOpenToInternet } from '../plan/load-balancer-service.ts';

export const loadBalancerBypassesIngress = defineRule({
  id: 'load-balancer-bypasses-ingress',
  judges: ['Service'],
  severity: 'warning',
  summary: 'A Service behind an Ingress has an external load balancer of its own, which goes round the Ingress.',
  why: 'A Service of type LoadBalancer gets an address of its own that leads straight to the Pods. IAP, Cloud Armor and TLS are on the load balancer of the Ingress only, so whoever finds the other address meets none of them.',
  fix: 'Make it a Service of type ClusterIP (with NEGs) or NodePort, or restrict its load balancer by spec.loadBalancerSourceRanges.',
  covers: [],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress',
    'https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer',
  ],
  check: { Service: find },
});

function find({ service, backends }: ServiceContext): readonly RuleFinding[] {
  if (!isOpenToInternet(service) || backends.length === 0) return [];
  const guarded = backends.find(({ backend }) => protectionsOf(backend).length > 0);
  const use = guarded ?? backends[0];
  if (use === undefined) return [];
  const { name } = use.plan.ingress.metadata;
  const common = { path: ['spec', 'type'], identity: 'bypass', fix: remediesFor(service, backends) };
  const own = 'type LoadBalancer gives it an external address of its own';
  if (guarded === undefined) {
    return [{ ...common, message: `${own} beside that of Ingress "${name}".`, severity: 'info' }];
  }
  const what = protectionsOf(guarded.backend).join(' and ');
  return [
    {
      ...common,
      message: `${own}, open to all, which goes round ${what} of Ingress "${name}".`,
      isCertain: guarded.plan.served.concern === 'certain',
    },
  ];
}

function remediesFor(service: Service, backends: ServiceContext['backends']): readonly Remedy[] {
  // GKE writes the annotation by itself only for some Services, and an instance group needs the node ports.
  const hasNeg =
    service.metadata.annotations[NEG] !== undefined && backends.every(({ backend }) => backend.group === 'neg');
  const type = hasNeg ? 'ClusterIP' : 'NodePort';
  return [set(service, ['spec', 'type'], type), advise('name who may come in spec.loadBalancerSourceRanges')];
}
