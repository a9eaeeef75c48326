import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, service } from '../../test/support/objects.ts';
import { negOnRoutesBasedCluster } from './neg-on-routes-based-cluster.ts';

const ROUTES_BASED = factsOf({ vpcNative: false });
const VPC_NATIVE = factsOf({ vpcNative: true });
const NEG = '{"ingress": true}';

const FOUND =
  'metadata.annotations["cloud.google.com/neg"]: it asks for NEGs on a routes-based (not VPC-native) cluster: Google refuses its Pod addresses, and the load balancer answers 502.';

describeRule(negOnRoutesBasedCluster, {
  finds: {
    'a Service behind an Ingress of a routes-based cluster': [
      { objects: [service({ neg: NEG }), ingress({ class: 'gce' })], facts: ROUTES_BASED },
      FOUND,
    ],
    'a NodePort Service': [
      { objects: [service({ type: 'NodePort', neg: NEG }), ingress({ class: 'gce' })], facts: ROUTES_BASED },
      FOUND,
    ],
    'once the add-on is on': [
      {
        objects: [service({ neg: NEG }), ingress({ class: 'gce' })],
        facts: factsOf({ vpcNative: false, httpLoadBalancing: 'disabled' }),
      },
      `(possible) ${FOUND}`,
    ],
    'behind two Ingresses, of which one names a port that the Service does not have': [
      {
        objects: [
          service({ neg: NEG }),
          ingress({ name: 'api', class: 'gce', port: { number: 81 } }),
          ingress({ class: 'gce' }),
        ],
        facts: ROUTES_BASED,
      },
      FOUND,
    ],
    'an ExternalName Service': [
      { objects: [service({ type: 'ExternalName', neg: NEG })], facts: ROUTES_BASED },
      `(possible) ${FOUND}`,
    ],
    'behind an internal Ingress': [
      { objects: [service({ neg: NEG }), ingress({ class: 'gce-internal' })], facts: ROUTES_BASED },
      FOUND,
    ],
    'no Ingress is known to use the Service': [
      { objects: [service({ neg: NEG })], facts: ROUTES_BASED },
      `(possible) ${FOUND}`,
    ],
    'only an Ingress of another controller uses it': [
      { objects: [service({ neg: NEG }), ingress({ class: 'nginx' })], facts: ROUTES_BASED },
      `(possible) ${FOUND}`,
    ],
    'the Ingress names a port that the Service does not have': [
      { objects: [service({ neg: NEG }), ingress({ class: 'gce', port: { number: 81 } })], facts: ROUTES_BASED },
      `(possible) ${FOUND}`,
    ],
    'exposed ports, which no Ingress uses': [
      {
        objects: [service({ type: 'NodePort', neg: '{"exposed_ports": {"80": {}}}' }), ingress({ class: 'gce' })],
        facts: ROUTES_BASED,
      },
      `(possible) ${FOUND}`,
    ],
    'an exposed port that an internal Ingress uses': [
      {
        objects: [
          service({ type: 'NodePort', neg: '{"exposed_ports": {"80": {}}}' }),
          ingress({ class: 'gce-internal' }),
        ],
        facts: ROUTES_BASED,
      },
      FOUND,
    ],
    'an exposed port with a custom name, where an internal Ingress fails for that reason': [
      {
        objects: [
          service({ type: 'NodePort', neg: '{"exposed_ports": {"80": {"name": "web"}}}' }),
          ingress({ class: 'gce-internal' }),
        ],
        facts: ROUTES_BASED,
      },
      `(possible) ${FOUND}`,
    ],
  },
  passes: {
    'a NodePort Service without NEGs': {
      objects: [service({ type: 'NodePort' }), ingress({ class: 'gce' })],
      facts: ROUTES_BASED,
    },
    'a VPC-native cluster': { objects: [service({ neg: NEG }), ingress({ class: 'gce' })], facts: VPC_NATIVE },
    'it is not known whether the cluster is VPC-native': [service({ neg: NEG }), ingress({ class: 'gce' })],
    'NEGs are turned off': {
      objects: [service({ type: 'NodePort', neg: '{"ingress": false}' }), ingress({ class: 'gce' })],
      facts: ROUTES_BASED,
    },
    'no port is exposed': { objects: [service({ neg: '{"exposed_ports": {}}' })], facts: ROUTES_BASED },
    'an annotation that cannot be decoded, which is another finding': {
      objects: [service({ neg: 'yes' })],
      facts: ROUTES_BASED,
    },
  },
});
