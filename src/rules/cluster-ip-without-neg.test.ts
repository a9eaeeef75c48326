import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, service } from '../../test/support/objects.ts';
import { clusterIpWithoutNeg } from './cluster-ip-without-neg.ts';

const VPC_NATIVE = factsOf({ vpcNative: true });
const ROUTES_BASED = factsOf({ vpcNative: false });
const ANNOTATIONS = 'metadata.annotations';
const NEG_PATH = 'metadata.annotations["cloud.google.com/neg"]';

const fails = (path: string, what: string): string =>
  `${path}: it is ${what}, so the whole of Ingress "web" fails to translate.`;

const WITHOUT = fails(ANNOTATIONS, 'of type ClusterIP and without NEGs');

describeRule(clusterIpWithoutNeg, {
  finds: {
    'a ClusterIP Service behind an Ingress, without the annotation': [
      { objects: [service(), ingress({ class: 'gce' })], facts: VPC_NATIVE },
      WITHOUT,
    ],
    'an Ingress without class, where the add-on is on': [
      { objects: [service(), ingress()], facts: factsOf({ vpcNative: true, httpLoadBalancing: 'enabled' }) },
      WITHOUT,
    ],
    'a Service that is stored as it is': [[service(), ingress({ class: 'gce' })], WITHOUT],
    'a file of which it is not known whether GKE adds the annotation': [
      { objects: [service(), ingress({ class: 'gce' })], expectsGkeNeg: true },
      `(possible) ${WITHOUT} (Unless the NEG annotation is added when the Service is created, as on a VPC-native cluster.)`,
    ],
    'gce-internal, where the type is checked before NEGs are forced': [
      { objects: [service(), ingress({ class: 'gce-internal' })], facts: VPC_NATIVE },
      WITHOUT,
    ],
    'a Service without a type, which is ClusterIP': [
      { objects: [service({ spec: { type: undefined } }), ingress({ class: 'gce' })], facts: VPC_NATIVE },
      WITHOUT,
    ],
    'a path of the Ingress uses it, beside others': [
      {
        objects: [
          service(),
          ingress({
            class: 'gce',
            spec: {
              rules: [
                {
                  http: {
                    paths: [
                      {
                        path: '/*',
                        pathType: 'ImplementationSpecific',
                        backend: { service: { name: 'web', port: { name: 'http' } } },
                      },
                    ],
                  },
                },
              ],
            },
          }),
        ],
        facts: VPC_NATIVE,
      },
      WITHOUT,
    ],
    'a headless Service': [
      { objects: [service({ spec: { clusterIP: 'None' } }), ingress({ class: 'gce' })], facts: VPC_NATIVE },
      fails(ANNOTATIONS, 'headless and without NEGs'),
    ],
    'a headless Service is injected nowhere, whatever is known of the cluster': [
      [service({ spec: { clusterIP: 'None' } }), ingress({ class: 'gce' })],
      fails(ANNOTATIONS, 'headless and without NEGs'),
    ],
    'NEGs are turned off': [
      [service({ neg: '{"ingress": false}' }), ingress({ class: 'gce' })],
      fails(NEG_PATH, 'of type ClusterIP and its cloud.google.com/neg does not say "ingress": true'),
    ],
    'exposed ports alone do not count': [
      [service({ neg: '{"exposed_ports": {"80": {}}}' }), ingress({ class: 'gce' })],
      fails(NEG_PATH, 'of type ClusterIP and its cloud.google.com/neg has exposed_ports without "ingress": true'),
    ],
    'an annotation that cannot be decoded counts as none': [
      [service({ neg: 'yes' }), ingress({ class: 'gce' })],
      fails(NEG_PATH, 'of type ClusterIP and its cloud.google.com/neg cannot be decoded'),
    ],
    'a routes-based cluster, where nothing injects': [
      { objects: [service(), ingress({ class: 'gce' })], facts: ROUTES_BASED },
      WITHOUT,
    ],
  },
  passes: {
    'the annotation is there': {
      objects: [service({ neg: '{"ingress": true}' }), ingress({ class: 'gce' })],
      facts: VPC_NATIVE,
    },
    'the annotation exposes ports too': {
      objects: [service({ neg: '{"exposed_ports": {"80": {}}, "ingress": true}' }), ingress({ class: 'gce' })],
      facts: VPC_NATIVE,
    },
    'a headless Service with the annotation': {
      objects: [service({ neg: '{"ingress": true}', spec: { clusterIP: 'None' } }), ingress({ class: 'gce' })],
      facts: VPC_NATIVE,
    },
    'a NodePort Service': { objects: [service({ type: 'NodePort' }), ingress({ class: 'gce' })], facts: VPC_NATIVE },
    'a LoadBalancer Service': {
      objects: [service({ type: 'LoadBalancer' }), ingress({ class: 'gce' })],
      facts: VPC_NATIVE,
    },
    'an ExternalName Service, which no annotation would help': {
      objects: [service({ type: 'ExternalName' }), ingress({ class: 'gce' })],
      facts: VPC_NATIVE,
    },
    'an Ingress without class, where the add-on is not known': [service(), ingress()],
    'no Ingress uses it': { objects: [service()], facts: VPC_NATIVE },
    'an Ingress of another controller uses it': {
      objects: [service(), ingress({ class: 'nginx' })],
      facts: VPC_NATIVE,
    },
    'an Ingress that GKE ignores for its ingressClassName uses it': {
      objects: [service(), ingress({ ingressClassName: 'gce' })],
      facts: VPC_NATIVE,
    },
    'an Ingress of another namespace names a Service of that name': {
      objects: [service(), ingress({ class: 'gce', namespace: 'other' })],
      facts: VPC_NATIVE,
    },
    'the Ingress names a port that the Service does not have, which fails first': {
      objects: [service(), ingress({ class: 'gce', port: { number: 81 } })],
      facts: VPC_NATIVE,
    },
  },
});
