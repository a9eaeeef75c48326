import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { nodePortUnallocated } from './node-port-unallocated.ts';

const GCE = ingress({ class: 'gce' });
const balancer = (options: Parameters<typeof service>[0] = {}): RawObject =>
  service({ type: 'LoadBalancer', spec: { allocateLoadBalancerNodePorts: false }, ...options });
const FOUND =
  'spec.allocateLoadBalancerNodePorts: the Service has no node port (allocateLoadBalancerNodePorts: false) and no NEG, so Google cannot reach it.';

describeRule(nodePortUnallocated, {
  finds: {
    'a LoadBalancer Service without node ports and NEGs, behind an Ingress': [[balancer(), GCE], FOUND],
    'behind two Ingresses, told once': [[balancer(), GCE, ingress({ class: 'gce', name: 'shop' })], FOUND],
    'NEGs are turned off': [[balancer({ neg: '{"ingress": false}' }), GCE], FOUND],
  },
  passes: {
    'NEGs are on': [balancer({ neg: '{"ingress": true}' }), GCE],
    'node ports are allocated, as by default': [service({ type: 'LoadBalancer' }), GCE],
    'the port has kept a node port from before': [
      balancer({ ports: [{ name: 'http', port: 80, nodePort: 30080 }] }),
      GCE,
    ],
    'a NodePort Service, whose node ports a file leaves out': [service({ type: 'NodePort' }), GCE],
    'an internal Ingress, which takes no instance group, and that is another finding': [
      balancer(),
      ingress({ class: 'gce-internal' }),
    ],
    'no Ingress uses it': [balancer()],
    'an Ingress of another controller uses it': [balancer(), ingress({ class: 'nginx' })],
  },
});
