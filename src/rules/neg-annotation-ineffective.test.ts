import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { negAnnotationIneffective } from './neg-annotation-ineffective.ts';

const PATH = 'metadata.annotations["cloud.google.com/neg"]';
const ROUTES_BASED = factsOf({ vpcNative: false });
const GCE = ingress({ class: 'gce' });
const nodePort = (neg: string): RawObject => service({ type: 'NodePort', neg });

const unknown = (keys: string, then = ''): string =>
  `${PATH}: cloud.google.com/neg has ${keys}, which the controller does not know and ignores${then}.`;
const nothing = (value: string): string =>
  `${PATH}: cloud.google.com/neg is '${value}', which turns NEGs neither on nor off. While it is there, the default {"ingress": true} is not added.`;
const alone = (instead: string): string =>
  `${PATH}: exposed_ports makes NEGs that Ingress "web" does not use: ${instead}.`;
const OFF = ', so it turns no NEG on';

describeRule(negAnnotationIneffective, {
  finds: {
    'a misspelt key, so that the Ingress goes through instance groups': [
      [nodePort('{"exposedPorts": {"80": {}}}'), GCE],
      unknown('"exposedPorts"', OFF),
    ],
    'a misspelt key on a Service that no Ingress is known to use': [
      [service({ neg: '{"exposed-ports": {"80": {}}}' })],
      `(possible) ${unknown('"exposed-ports"', OFF)}`,
    ],
    'an unknown key beside one that works': [
      [service({ neg: '{"ingress": true, "enabled": true}' }), GCE],
      `(possible) ${unknown('"enabled"')}`,
    ],
    'two misspelt keys on a Service that no Ingress is known to use': [
      [service({ neg: '{"ingres": false, "exposed_port": {"80": {"name": "web"}}}' })],
      `(possible) ${unknown('"ingres", "exposed_port"', OFF)}`,
    ],
    'a misspelt "ingress" beside custom names, which do not go with it': [
      [service({ neg: '{"ingres": true, "exposed_ports": {"80": {"name": "web"}}}' }), GCE],
      unknown('"ingres"'),
    ],
    'misspelt exposed ports beside "ingress": true, with a custom name and a port that the Service does not have': [
      [service({ neg: '{"ingress": true, "exposedPorts": {"80": {"name": "web"}, "81": {}}}' }), GCE],
      `(possible) ${unknown('"exposedPorts"')}`,
    ],
    'a misspelt key on a routes-based cluster, where NEGs do not work': [
      { objects: [nodePort('{"exposedPorts": {"80": {}}}'), GCE], facts: ROUTES_BASED },
      unknown('"exposedPorts"', OFF),
    ],
    'an unknown key beside NEGs that are turned off': [
      [nodePort('{"ingress": false, "zone": "a"}'), GCE],
      unknown('"zone"'),
    ],
    'many unknown keys, shortened': [
      [
        service({
          neg: JSON.stringify(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`key-number-${i}`, 1]))),
        }),
      ],
      `(possible) ${unknown('"key-number-0", "key-number-1", "key-number-2", "key-numb...', OFF)}`,
    ],
    'an empty object': [[nodePort('{}'), GCE], nothing('{}')],
    'an empty object on an ExternalName Service, which no annotation helps': [
      [service({ type: 'ExternalName', neg: '{}' }), GCE],
      nothing('{}'),
    ],
    'an empty object on a routes-based cluster': [
      { objects: [service({ neg: '{}' }), GCE], facts: ROUTES_BASED },
      nothing('{}'),
    ],
    'null, on a ClusterIP Service, which is no backend then': [[service({ neg: 'null' }), GCE], nothing('null')],
    'a null inside': [[service({ neg: '{"ingress": null}' })], `(possible) ${nothing('{"ingress": null}')}`],
    'an empty map of ports': [[nodePort('{"exposed_ports": {}}'), GCE], nothing('{"exposed_ports": {}}')],
    'zones alone, which are for NEGs that something else asks for': [
      [service({ neg: '{"zones": ["*"]}' })],
      `(possible) ${nothing('{"zones": ["*"]}')}`,
    ],
    'exposed ports alone, on a NodePort Service behind an Ingress': [
      [nodePort('{"exposed_ports": {"80": {}}}'), GCE],
      alone('it goes through instance groups'),
    ],
    'exposed ports alone, once the add-on is on': [
      { objects: [nodePort('{"exposed_ports": {"80": {}}}'), GCE], facts: factsOf({ httpLoadBalancing: 'disabled' }) },
      `(possible) ${alone('it goes through instance groups')}`,
    ],
    'exposed ports behind two Ingresses, of which one takes the NEG of an exposed port': [
      [nodePort('{"exposed_ports": {"80": {}}}'), ingress({ name: 'inner', class: 'gce-internal' }), GCE],
      alone('it goes through instance groups'),
    ],
    'exposed ports with NEGs for the Ingress turned off': [
      [nodePort('{"ingress": false, "exposed_ports": {"80": {}}}'), GCE],
      alone('it goes through instance groups'),
    ],
    'exposed ports alone, on a ClusterIP Service behind an Ingress': [
      [service({ neg: '{"exposed_ports": {"80": {}}}' }), GCE],
      alone('it needs "ingress": true'),
    ],
    'exposed ports with custom names, which may well be meant so': [
      [nodePort('{"exposed_ports": {"80": {"name": "web"}}}'), GCE],
      `(info) ${alone('it goes through instance groups')}`,
    ],
    'an exposed port with a custom name, behind an internal Ingress': [
      [nodePort('{"exposed_ports": {"80": {"name": "web"}}}'), ingress({ class: 'gce-internal' })],
      alone('it needs "ingress": true'),
    ],
  },
  passes: {
    'the annotation as GKE writes it': [service({ neg: '{"ingress": true}' }), GCE],
    'a key in another case, which Go takes': [service({ neg: '{"Ingress": true}' }), GCE],
    'NEGs that are turned off': [nodePort('{"ingress": false}'), GCE],
    'exposed ports beside NEGs for the Ingress': [
      service({ neg: '{"ingress": true, "exposed_ports": {"80": {}}}' }),
      GCE,
    ],
    'standalone NEGs, as Google documents them, behind no Ingress': [
      service({ neg: '{"exposed_ports": {"80": {"name": "web"}}}' }),
    ],
    'standalone NEGs behind an Ingress of another controller': [
      service({ neg: '{"exposed_ports": {"80": {}}}' }),
      ingress({ class: 'nginx' }),
    ],
    'an exposed port without a name, which an internal Ingress does use': [
      nodePort('{"exposed_ports": {"80": {}}}'),
      ingress({ class: 'gce-internal' }),
    ],
    'exposed ports on an ExternalName Service, which is another finding': [
      service({ type: 'ExternalName', neg: '{"exposed_ports": {"80": {}}}' }),
      GCE,
    ],
    'no annotation': [service(), GCE],
    'an annotation that cannot be decoded, which is another finding': [service({ neg: '{"exposedPorts": 1,}' }), GCE],
  },
});
