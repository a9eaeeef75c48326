import { expect, it } from 'vitest';
import { ingress, service } from '../../test/support/objects.ts';
import { problemsOf } from '../../test/support/plan-of.ts';

const TYPE = 'networking.gke.io/load-balancer-type';
const WEIGHTED = 'networking.gke.io/weighted-load-balancing';
const EXTERNAL = { loadBalancerClass: 'networking.gke.io/l4-regional-external' };
const C50 = (key: string): string => `C50 Service/shop/web metadata.annotations.${key}`;

/** Facts §3.6 and C34, C49, C50: a LoadBalancer Service behind an Ingress. */
it.each([
  ['an external class that says Internal', { annotations: { [TYPE]: 'Internal' }, spec: EXTERNAL }, [C50(TYPE)]],
  ['an external class that says External', { annotations: { [TYPE]: 'External' }, spec: EXTERNAL }, []],
  [
    'the older key counts where the newer is absent',
    { annotations: { 'cloud.google.com/load-balancer-type': 'internal' }, spec: EXTERNAL },
    [C50('cloud.google.com/load-balancer-type')],
  ],
  ['weights with the default policy, Cluster', { annotations: { [WEIGHTED]: 'pods-per-node' } }, [C50(WEIGHTED)]],
  [
    'weights with policy Local',
    { annotations: { [WEIGHTED]: 'pods-per-node' }, spec: { externalTrafficPolicy: 'Local' } },
    [],
  ],
  ['a value that is ignored', { annotations: { [WEIGHTED]: 'true' } }, []],
  [
    'no node ports and no NEG',
    { spec: { allocateLoadBalancerNodePorts: false } },
    ['C34 Service/shop/web spec.allocateLoadBalancerNodePorts'],
  ],
  ['no node ports with a NEG', { neg: '{"ingress": true}', spec: { allocateLoadBalancerNodePorts: false } }, []],
  [
    'a node port that is written down',
    { ports: [{ port: 80, nodePort: 30080 }], spec: { allocateLoadBalancerNodePorts: false } },
    [],
  ],
  ['node ports that will be allocated', {}, []],
  ['a UDP port', { ports: [{ port: 80, protocol: 'UDP' }] }, ['C49 Service/shop/web spec.ports.0.protocol']],
])('%s', (_name, options, expected) => {
  expect(problemsOf([ingress({ class: 'gce' }), service({ type: 'LoadBalancer', ...options })])).toEqual(expected);
});

it('looks at no Service of another type', () => {
  const web = service({ type: 'NodePort', annotations: { [WEIGHTED]: 'pods-per-node' } });
  expect(problemsOf([ingress({ class: 'gce' }), web])).toEqual([]);
});
