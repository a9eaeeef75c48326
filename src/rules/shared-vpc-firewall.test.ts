import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, deployment, ingress, service } from '../../test/support/objects.ts';
import { sharedVpcFirewall } from './shared-vpc-firewall.ts';

const NEG = '{"ingress": true}';
const SHARED = factsOf({ vpcNative: true, sharedVpc: true });
const GCE = ingress({ class: 'gce' });

const asks = (allowed: string): string =>
  `(possible) metadata.annotations: its host project has to allow ${allowed} from Google. On a Shared VPC the firewall rule belongs to the host project, where the controller may have no rights: it then only writes an event, and every backend stays UNHEALTHY. Where it has them, it makes the rule itself.`;

describeRule(sharedVpcFirewall, {
  finds: {
    'a NEG, whose Pods are reached on their port': [
      { objects: [GCE, service({ neg: NEG }), deployment()], facts: SHARED },
      asks('tcp:8080'),
    ],
    'an instance group, whose nodes are reached on node ports': [
      { objects: [GCE, service({ type: 'NodePort' })], facts: SHARED },
      asks('tcp:30000-32767'),
    ],
    'the port of the health check too, and a port by its name': [
      {
        objects: [
          GCE,
          service({
            neg: NEG,
            annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' },
            ports: [{ name: 'http', port: 80, targetPort: 'http' }],
          }),
          backendConfig({ spec: { healthCheck: { port: 9000 } } }),
          deployment({ container: { ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9000 }] } }),
        ],
        facts: SHARED,
      },
      asks('tcp:8080,tcp:9000'),
    ],
    'class gce-internal': [
      { objects: [ingress({ class: 'gce-internal' }), service({ neg: NEG })], facts: SHARED },
      asks('tcp:8080'),
    ],
    'the Service is not known': [{ objects: [GCE], facts: SHARED }, asks('the serving ports')],
    'another Service comes with an UPDATE': [
      { objects: [GCE, service({ neg: NEG })], old: ingress({ class: 'gce', service: 'api' }), facts: SHARED },
      asks('tcp:8080'),
    ],
    'one port by its name, which is another in each workload': [
      {
        objects: [
          GCE,
          service({ neg: NEG, ports: [{ name: 'http', port: 80, targetPort: 'http' }] }),
          deployment({ container: { ports: [{ name: 'http', containerPort: 8080 }] } }),
          deployment({ name: 'canary', container: { ports: [{ name: 'http', containerPort: 9090 }] } }),
        ],
        facts: SHARED,
      },
      asks('tcp:8080,tcp:9090'),
    ],
  },
  passes: {
    'the network belongs to the project of the cluster': {
      objects: [GCE, service({ neg: NEG })],
      facts: factsOf({ vpcNative: true, sharedVpc: false }),
    },
    'it is not known whether the VPC is shared': [GCE, service({ neg: NEG })],
    'an UPDATE that leaves the Services as they are': {
      objects: [GCE, service({ neg: NEG })],
      old: ingress({ class: 'gce', annotations: { team: 'shop' } }),
      facts: SHARED,
    },
    'the event about it is turned off, as by those who made the rule': {
      objects: [
        ingress({ class: 'gce', annotations: { 'networking.gke.io/suppress-firewall-xpn-error': 'true' } }),
        service({ neg: NEG }),
      ],
      facts: SHARED,
    },
    'an Ingress without class that may be for another controller': {
      objects: [ingress(), service({ neg: NEG })],
      facts: SHARED,
    },
    'an Ingress of another controller': {
      objects: [ingress({ class: 'nginx' }), service({ neg: NEG })],
      facts: SHARED,
    },
  },
});
