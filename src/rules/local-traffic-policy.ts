import type { RuleFinding } from '../judge/finding.ts';
import { advise, inWords, type Remedy, set } from '../judge/fix.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import type { Service } from '../kubernetes/objects.ts';

const LOCAL = 'Local';

export const localTrafficPolicy = defineRule({
  id: 'local-traffic-policy',
  judges: ['Service'],
  severity: 'info',
  summary: 'Behind an instance group, externalTrafficPolicy: Local leaves only the nodes with a ready Pod healthy.',
  why: 'Google asks each node at the node port, and a node without a ready Pod of the Service drops the request: the group shows UNHEALTHY nodes, by design. Each node with a Pod gets the same share, however many Pods it has.',
  fix: 'Leave it, if that is meant, and do not count on all nodes being HEALTHY.',
  covers: [],
  references: [
    'https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/',
    'https://cloud.google.com/kubernetes-engine/docs/concepts/container-native-load-balancing',
  ],
  check: { Backend: findLocal },
});

function findLocal({ plan, backend, service }: BackendContext): readonly RuleFinding[] {
  if (plan === undefined || backend.group !== 'instanceGroup' || service.externalTrafficPolicy !== LOCAL) return [];
  const path = ['spec', 'externalTrafficPolicy'];
  return [
    {
      path,
      message:
        'only nodes with a ready Pod pass the health check and get traffic; the others show as UNHEALTHY, by design.',
      fix: [toAllNodes(service)],
      // GKE may still write the annotation that makes it a NEG.
      isCertain: backend.negSource !== 'gke',
    },
  ];
}

/** A load balancer of the Service's own may need it, for the addresses of clients or for weights. */
function toAllNodes(service: Service): Remedy {
  const words = 'where every node is to serve, set spec.externalTrafficPolicy: Cluster';
  if (service.type === 'LoadBalancer') return advise(words);
  return inWords(words, set(service, ['spec', 'externalTrafficPolicy'], 'Cluster'));
}
