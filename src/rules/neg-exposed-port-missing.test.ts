import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, service } from '../../test/support/objects.ts';
import { negExposedPortMissing } from './neg-exposed-port-missing.ts';

const found = (ports: string, note = ''): string =>
  `metadata.annotations["cloud.google.com/neg"]: exposed_ports names ${ports}, which the Service does not have: none of its NEGs is synced.${note}`;

describeRule(negExposedPortMissing, {
  finds: {
    'the container port in place of the port of the Service': [
      [service({ neg: '{"exposed_ports": {"8080": {"name": "shop-web"}}}' })],
      `(possible) ${found('port 8080')}`,
    ],
    'beside NEGs for an Ingress, which are not synced either': [
      [service({ neg: '{"ingress": true, "exposed_ports": {"81": {}}}' }), ingress({ class: 'gce' })],
      found('port 81'),
    ],
    'beside instance groups, which go on working': [
      [service({ type: 'NodePort', neg: '{"exposed_ports": {"81": {}}}' }), ingress({ class: 'gce' })],
      `(possible) ${found('port 81')}`,
    ],
    'two of three ports': [
      [service({ neg: '{"exposed_ports": {"80": {}, "81": {}, "070000": {}}}' })],
      `(possible) ${found('ports 81, 70000')}`,
    ],
    'a Service without ports': [
      [service({ ports: [], neg: '{"exposed_ports": {"80": {}}}' })],
      `(possible) ${found('port 80')}`,
    ],
    'an update that takes the port away': [
      {
        objects: [service({ neg: '{"exposed_ports": {"81": {}}}' })],
        old: service({ ports: [{ port: 81 }], neg: '{"exposed_ports": {"81": {}}}' }),
      },
      `(possible) ${found('port 81', ' NEGs that exist keep their endpoints as they are now.')}`,
    ],
  },
  passes: {
    'the port of the Service': [service({ neg: '{"exposed_ports": {"80": {"name": "shop-web"}}}' })],
    'a port in another spelling that Go takes': [service({ neg: '{"exposed_ports": {"080": {}}}' })],
    'no exposed ports': [service({ neg: '{"ingress": true}' })],
    'no annotation': [service()],
    'an annotation that cannot be decoded, which is another finding': [
      service({ neg: '{"exposed_ports": {"http": {}}}' }),
    ],
  },
});
