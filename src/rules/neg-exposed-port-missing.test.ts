import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { negExposedPortMissing } from './neg-exposed-port-missing.ts';

const found = (ports: string, note = ''): string =>
  `metadata.annotations["cloud.google.com/neg"]: exposed_ports names ${ports}, which the Service does not have: new or changed ports get no NEG.${note}`;

const BOTH = '{"ingress": true, "exposed_ports": {"81": {}}}';
const MANY = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [String(9000 + index), {}]));

function stored(options: Parameters<typeof service>[0]): RawObject {
  const object = service(options);
  return { ...object, metadata: { ...(object['metadata'] as RawObject), creationTimestamp: '2026-01-01T00:00:00Z' } };
}

describeRule(negExposedPortMissing, {
  finds: {
    'the container port in place of the port of the Service': [
      [service({ neg: '{"exposed_ports": {"8080": {"name": "shop-web"}}}' })],
      `(possible) ${found('port 8080')}`,
    ],
    'beside NEGs for an Ingress, which are not synced either': [
      [service({ neg: BOTH }), ingress({ class: 'gce' })],
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
    'a Service that is stored: its NEGs may exist': [
      [stored({ neg: '{"exposed_ports": {"81": {}}}' })],
      `(possible) ${found('port 81', ' NEGs that exist follow their endpoints until the controller restarts, then nothing does.')}`,
    ],
    'the container port beside the port of the Service': [
      [service({ neg: '{"exposed_ports": {"80": {}, "8080": {}}}' })],
      `(possible) ${found('port 8080')}`,
    ],
    'beside NEGs that are turned off': [
      [service({ type: 'NodePort', neg: '{"ingress": false, "exposed_ports": {"81": {}}, "zones": ["a"]}' })],
      `(possible) ${found('port 81')}`,
    ],
    'beside NEGs for an Ingress, once the add-on is on': [
      {
        objects: [service({ neg: BOTH }), ingress({ class: 'gce' })],
        facts: factsOf({ httpLoadBalancing: 'disabled' }),
      },
      `(possible) ${found('port 81')}`,
    ],
    'a Service behind two Ingresses has it once': [
      [service({ neg: BOTH }), ingress({ class: 'gce' }), ingress({ name: 'api', class: 'gce-internal' })],
      found('port 81'),
    ],
    'many ports, shortened': [
      [service({ neg: JSON.stringify({ exposed_ports: MANY }) })],
      `(possible) ${found('ports 9000, 9001, 9002, 9003, 9004, 9005, 9006, 9007 and 12 more')}`,
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
