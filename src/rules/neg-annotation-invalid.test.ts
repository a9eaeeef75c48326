import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { negAnnotationInvalid } from './neg-annotation-invalid.ts';

const INVALID = '{"ingress": "true"}';
const ERROR = '"ingress" must be true or false, not a string';
const PATH = 'metadata.annotations["cloud.google.com/neg"]';
const MAY_FAIL = 'so an Ingress that uses it fails: a ClusterIP Service needs NEGs';
const FAILS = 'so the whole of Ingress "web" fails: a ClusterIP Service needs NEGs';
const INSTANCE_GROUPS = 'so instance groups are used instead';
const SERVED_TWICE: readonly [RawObject, ...RawObject[]] = [
  service({ neg: INVALID }),
  ingress({ name: 'api', class: 'gce', port: { number: 81 } }),
  ingress({ class: 'gce' }),
];

const invalid = (consequence: string, value = INVALID, error = ERROR): string =>
  `${PATH}: cloud.google.com/neg '${value}' cannot be decoded (${error}), ${consequence}.`;

describeRule(negAnnotationInvalid, {
  finds: {
    'a string for a bool, on a ClusterIP Service behind an Ingress': [
      [service({ neg: INVALID }), ingress({ class: 'gce' })],
      invalid(FAILS),
    ],
    'behind an Ingress without class, which GKE takes': [
      { objects: [service({ neg: INVALID }), ingress()], facts: factsOf({ httpLoadBalancing: 'enabled' }) },
      invalid(FAILS),
    ],
    'behind an Ingress without class, where nobody knows whether GKE takes it': [
      [service({ neg: INVALID }), ingress()],
      `(possible) ${invalid(MAY_FAIL)}`,
    ],
    'behind a GKE Ingress, once the add-on is on': [
      {
        objects: [service({ neg: INVALID }), ingress({ class: 'gce' })],
        facts: factsOf({ httpLoadBalancing: 'disabled' }),
      },
      `(possible) ${invalid(FAILS)}`,
    ],
    'behind two Ingresses, of which one fails for it': [SERVED_TWICE, invalid(FAILS)],
    'a routes-based cluster, where NEGs do not work': [
      { objects: [service({ neg: INVALID }), ingress({ class: 'gce' })], facts: factsOf({ vpcNative: false }) },
      invalid(FAILS),
    ],
    'a NodePort Service of a routes-based cluster': [
      {
        objects: [service({ type: 'NodePort', neg: INVALID }), ingress({ class: 'gce' })],
        facts: factsOf({ vpcNative: false }),
      },
      `(possible) ${invalid(INSTANCE_GROUPS)}`,
    ],
    'an ExternalName Service, which no annotation helps': [
      [service({ type: 'ExternalName', neg: INVALID }), ingress({ class: 'gce' })],
      invalid('so the whole of Ingress "web" fails: an ExternalName Service cannot be a backend'),
    ],
    'no Ingress is known to use the Service': [[service({ neg: INVALID })], `(possible) ${invalid(MAY_FAIL)}`],
    'only an Ingress of another controller uses it': [
      [service({ neg: INVALID }), ingress({ class: 'nginx' })],
      `(possible) ${invalid(MAY_FAIL)}`,
    ],
    'only an Ingress of Multi Cluster Ingress uses it': [
      [service({ neg: INVALID }), ingress({ class: 'gce-multi-cluster' })],
      `(possible) ${invalid(MAY_FAIL)}`,
    ],
    'the Ingress names another port': [
      [service({ neg: INVALID }), ingress({ class: 'gce', port: { number: 81 } })],
      `(possible) ${invalid(MAY_FAIL)}`,
    ],
    'a NodePort Service falls back to instance groups, which work': [
      [service({ type: 'NodePort', neg: INVALID }), ingress({ class: 'gce' })],
      `(possible) ${invalid(INSTANCE_GROUPS)}`,
    ],
    'so does a LoadBalancer Service': [
      [service({ type: 'LoadBalancer', neg: INVALID }), ingress({ class: 'gce' })],
      `(possible) ${invalid(INSTANCE_GROUPS)}`,
    ],
    'a NodePort Service behind gce-internal, which takes nothing but NEGs': [
      [service({ type: 'NodePort', neg: INVALID }), ingress({ class: 'gce-internal' })],
      invalid('and Ingress "web" needs a NEG: its sync fails'),
    ],
    'an empty value': [[service({ neg: '' })], `(possible) ${invalid(MAY_FAIL, '', 'the value is empty')}`],
    'single quotes and a capital, as Python prints': [
      [service({ neg: "{'ingress': True}" })],
      `(possible) ${invalid(MAY_FAIL, "{'ingress': True}", 'single quotes are not JSON: use double quotes (character 2)')}`,
    ],
    'a comma too many': [
      [service({ neg: '{"ingress": true,}' })],
      `(possible) ${invalid(MAY_FAIL, '{"ingress": true,}', 'JSON allows no comma before "}" (character 18)')}`,
    ],
    'a bare true': [
      [service({ neg: 'true' })],
      `(possible) ${invalid(MAY_FAIL, 'true', 'the value must be an object, not true')}`,
    ],
    'a list for the exposed ports': [
      [service({ neg: '{"exposed_ports": [80]}' })],
      `(possible) ${invalid(MAY_FAIL, '{"exposed_ports": [80]}', '"exposed_ports" must be an object, not an array')}`,
    ],
    'a port by its name': [
      [service({ neg: '{"exposed_ports": {"http": {}}}' })],
      `(possible) ${invalid(MAY_FAIL, '{"exposed_ports": {"http": {}}}', 'the key "http" in "exposed_ports" must be a whole number of at most 32 bits')}`,
    ],
    'a long value over several lines is shortened to one': [
      [service({ neg: `{\n  "ingress": true,\n  "note": "${'very '.repeat(20)}long",\n}` })],
      `(possible) ${invalid(MAY_FAIL, '{ "ingress": true, "note": "very very very very very very...', 'JSON allows no comma before "}" (character 140)')}`,
    ],
  },
  passes: {
    'the annotation as GKE writes it': [service({ neg: '{"ingress": true}' }), ingress({ class: 'gce' })],
    'no annotation': [service(), ingress({ class: 'gce' })],
    'keys in any case, as Go takes them': [service({ neg: '{"Ingress": true}' }), ingress({ class: 'gce' })],
    'unknown keys, which Go ignores': [service({ neg: '{"ingress": true, "exposedPorts": 1}' })],
    'null, which means off': [service({ neg: 'null' })],
    'a null inside': [service({ neg: '{"ingress": null}' })],
    'a key given twice': [service({ neg: '{"ingress": false, "ingress": true}' }), ingress({ class: 'gce' })],
    'spaces and newlines around': [service({ neg: ' {"ingress": true}\n' }), ingress({ class: 'gce' })],
    'exposed ports, with a name and without': [
      service({ neg: '{"exposed_ports": {"80": {"name": "web"}, "81": {}, "82": null}}' }),
    ],
  },
});
