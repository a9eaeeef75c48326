import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { internalIngressWithoutNeg } from './internal-ingress-without-neg.ts';

const INTERNAL = ingress({ class: 'gce-internal' });
const NEG_PATH = 'metadata.annotations["cloud.google.com/neg"]';
const MAYBE =
  ' GKE adds the annotation by itself only to new Services on VPC-native clusters without Shared VPC and network policy.';

const nodePort = (neg?: string): RawObject => service({ type: 'NodePort', ...(neg === undefined ? {} : { neg }) });
const found = (path: string, note = '', name = 'gce-internal'): string =>
  `${path}: class ${name} takes NEGs only, and none is made without "ingress": true: Ingress "web" never syncs.${note}`;
const possible = (name?: string): string => `(possible) (warning) ${found('metadata.annotations', MAYBE, name)}`;
const CERTAIN = found('metadata.annotations');

describeRule(internalIngressWithoutNeg, {
  finds: {
    'a NodePort Service behind an internal Ingress': [
      { objects: [nodePort(), INTERNAL], facts: factsOf({ vpcNative: true, sharedVpc: true }), expectsGkeNeg: true },
      CERTAIN,
    ],
    'it is not known whether GKE adds the annotation by itself': [
      { objects: [nodePort(), INTERNAL], expectsGkeNeg: true },
      possible(),
    ],
    'gce-regional-external': [
      {
        objects: [nodePort(), ingress({ class: 'gce-regional-external' })],
        facts: factsOf({ controller: { enableIngressRegionalExternal: true } }),
        expectsGkeNeg: true,
      },
      possible('gce-regional-external'),
    ],
    'a LoadBalancer Service': [
      { objects: [service({ type: 'LoadBalancer' }), INTERNAL], expectsGkeNeg: true },
      possible(),
    ],
    'a cluster with network policy, where GKE adds nothing': [
      { objects: [nodePort(), INTERNAL], facts: factsOf({ networkPolicy: true }), expectsGkeNeg: true },
      CERTAIN,
    ],
    'a routes-based cluster, where nothing adds it': [
      { objects: [nodePort(), INTERNAL], facts: factsOf({ vpcNative: false }), expectsGkeNeg: true },
      CERTAIN,
    ],
    'as it is stored, nothing will add it': [[nodePort(), INTERNAL], CERTAIN],
    'an update, at which GKE adds nothing': [{ objects: [nodePort(), INTERNAL], old: nodePort() }, CERTAIN],
    'NEGs are turned off': [[nodePort('{"ingress": false}'), INTERNAL], found(NEG_PATH)],
    'the exposed port has a name of its own': [
      [nodePort('{"exposed_ports": {"80": {"name": "web"}}}'), INTERNAL],
      found(NEG_PATH),
    ],
    'another port is exposed': [
      [
        service({
          type: 'NodePort',
          ports: [
            { name: 'http', port: 80 },
            { name: 'admin', port: 81 },
          ],
          neg: '{"exposed_ports": {"81": {}}}',
        }),
        INTERNAL,
      ],
      found(NEG_PATH),
    ],
  },
  passes: {
    'the annotation is there': [nodePort('{"ingress": true}'), INTERNAL],
    'the port is exposed without a name, which makes the very NEG that is looked for': [
      nodePort('{"exposed_ports": {"80": {}}}'),
      INTERNAL,
    ],
    'an external Ingress, which takes instance groups': [nodePort(), ingress({ class: 'gce' })],
    'a ClusterIP Service, which fails earlier and is another finding': [service(), INTERNAL],
    'an annotation that cannot be decoded, which is another finding': [nodePort('yes'), INTERNAL],
    'no Ingress is known to use the Service': [nodePort()],
    'an Ingress of another controller uses it': [nodePort(), ingress({ class: 'nginx' })],
    'the Ingress names a port that the Service does not have': [
      nodePort(),
      ingress({ class: 'gce-internal', port: { number: 81 } }),
    ],
  },
});
