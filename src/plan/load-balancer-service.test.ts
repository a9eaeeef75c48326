import { expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { ingress, service } from '../../test/support/objects.ts';
import { faultsOf } from '../../test/support/plan-of.ts';
import type { Service } from '../kubernetes/objects.ts';
import { findLoadBalancerConflicts } from './load-balancer-service.ts';

const TYPE = 'networking.gke.io/load-balancer-type';
const WEIGHTED = 'networking.gke.io/weighted-load-balancing';
const EXTERNAL = { loadBalancerClass: 'networking.gke.io/l4-regional-external' };
const conflictsOf = (
  options: Parameters<typeof service>[0],
  old?: Parameters<typeof service>[0],
): readonly string[] => {
  const read = (given: typeof options): Service => parsed(service({ type: 'LoadBalancer', ...given })) as Service;
  const conflicts = findLoadBalancerConflicts(read(options), old === undefined ? undefined : read(old));
  return conflicts.map(({ why, key }) => `${why} ${key}`);
};

it.each([
  ['an external class that says Internal', { annotations: { [TYPE]: 'Internal' }, spec: EXTERNAL }, [`class ${TYPE}`]],
  ['an external class that says External', { annotations: { [TYPE]: 'External' }, spec: EXTERNAL }, []],
  [
    'the older key counts where the newer is absent',
    { annotations: { 'cloud.google.com/load-balancer-type': 'internal' }, spec: EXTERNAL },
    ['class cloud.google.com/load-balancer-type'],
  ],
  [
    'weights with the default policy, Cluster',
    { annotations: { [WEIGHTED]: 'pods-per-node' } },
    [`weighted ${WEIGHTED}`],
  ],
  [
    'weights with policy Local',
    { annotations: { [WEIGHTED]: 'pods-per-node' }, spec: { externalTrafficPolicy: 'Local' } },
    [],
  ],
  ['a value that is ignored', { annotations: { [WEIGHTED]: 'true' } }, []],
])('conflicts: %s', (_name, options, expected) => {
  expect(conflictsOf(options)).toEqual(expected);
});

it.each([
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
  expect(faultsOf([ingress({ class: 'gce' }), service({ type: 'LoadBalancer', ...options })])).toEqual(expected);
});

it('looks at no Service of another type', () => {
  const web = service({ type: 'NodePort', annotations: { [WEIGHTED]: 'pods-per-node' } });
  expect(faultsOf([ingress({ class: 'gce' }), web])).toEqual([]);
  expect(findLoadBalancerConflicts(parsed(web) as Service, undefined)).toEqual([]);
});
