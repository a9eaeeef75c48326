import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { portNamedBothWays } from './port-named-both-ways.ts';

const WEB = service({ neg: '{"ingress": true}' });
const to = (path: string, port: RawObject, name = 'web'): RawObject => ({
  path,
  pathType: 'Exact',
  backend: { service: { name, port } },
});
const of = (
  paths: readonly RawObject[],
  defaultPort?: RawObject,
  { name = 'web', class: ofClass = 'gce' }: { readonly name?: string; readonly class?: string } = {},
): RawObject =>
  ingress({
    name,
    class: ofClass,
    spec: {
      rules: [{ http: { paths } }],
      ...(defaultPort === undefined ? {} : { defaultBackend: { service: { name: 'web', port: defaultPort } } }),
    },
  });
const BY_NAME = of([to('/a', { name: 'http' })]);
const other = (paths: readonly RawObject[], name = 'other', ofClass = 'gce'): RawObject =>
  of(paths, undefined, { name, class: ofClass });
const BY_NUMBER = [to('/b', { number: 80 })];
const inOther = (name = 'other'): string =>
  `port 80 of Service "web" goes by its name here and by its number in Ingress "${name}": each sync of either updates its backend service.`;
const PORT = 'spec.rules[0].http.paths[0].backend.service.port';
const TWICE = 'each sync updates its backend service twice.';

describeRule(portNamedBothWays, {
  finds: {
    'by number first, by name in another path': [
      [of([to('/a', { number: 80 }), to('/b', { name: 'http' })]), WEB],
      `spec.rules[0].http.paths[1].backend.service.port: port 80 of Service "web" goes by its name here and by its number elsewhere: ${TWICE}`,
    ],
    'by name in a path, by number in the default backend': [
      [of([to('/a', { name: 'http' })], { number: 80 }), WEB],
      `spec.defaultBackend.service.port: port 80 of Service "web" goes by its number here and by its name elsewhere: ${TWICE}`,
    ],
    'by name here, by number in another Ingress': [[BY_NAME, other(BY_NUMBER), WEB], `${PORT}: ${inOther()}`],
    'by name here, by number in two others': [
      [BY_NAME, other(BY_NUMBER), other(BY_NUMBER, 'first'), WEB],
      `${PORT}: ${inOther('first')}`,
    ],
    'by number here, by name in another Ingress, which is told': [
      [other(BY_NUMBER), BY_NAME, WEB],
      `Ingress/web ${PORT}: ${inOther()}`,
    ],
    'both ways here, by number in another Ingress': [
      [of([to('/a', { name: 'http' }), to('/b', { number: 80 })]), other(BY_NUMBER), WEB],
      `${PORT}: port 80 of Service "web" goes by its name here and by its number elsewhere: ${TWICE}`,
    ],
    'both ways here, by name in another Ingress: each is told': [
      [of([to('/a', { name: 'http' }), to('/b', { number: 80 })]), other([to('/a', { name: 'http' })]), WEB],
      `spec.rules[0].http.paths[1].backend.service.port: port 80 of Service "web" goes by its number here and by its name elsewhere: ${TWICE}`,
      `Ingress/other ${PORT}: ${inOther('web')}`,
    ],
  },
  passes: {
    'the same way everywhere': [of([to('/a', { number: 80 }), to('/b', { number: 80 })], { number: 80 }), WEB],
    'two ports, each its own way': [
      of([to('/a', { number: 80 }), to('/b', { name: 'admin' })]),
      service({
        neg: '{"ingress": true}',
        ports: [
          { name: 'http', port: 80 },
          { name: 'admin', port: 81 },
        ],
      }),
    ],
    'a path that a later one replaces': [of([to('/a', { number: 80 }), to('/a', { name: 'http' })]), WEB],
    'two Ingresses, both by number': [of([to('/a', { number: 80 })]), other(BY_NUMBER), WEB],
    'two Ingresses, each with another port of the Service': [
      BY_NAME,
      other([to('/b', { number: 81 })]),
      service({
        neg: '{"ingress": true}',
        ports: [
          { name: 'http', port: 80 },
          { name: 'admin', port: 81 },
        ],
      }),
    ],
    'an external and an internal Ingress: a backend service each': [
      BY_NAME,
      other(BY_NUMBER, 'other', 'gce-internal'),
      WEB,
    ],
    "the other Ingress is another controller's": [BY_NAME, other(BY_NUMBER, 'other', 'nginx'), WEB],
    'the other Ingress is of another namespace': [
      BY_NAME,
      { ...other(BY_NUMBER), metadata: { ...(other(BY_NUMBER)['metadata'] as RawObject), namespace: 'elsewhere' } },
      WEB,
    ],
    'the path of the other Ingress is replaced by a later one': [
      BY_NAME,
      other([to('/b', { number: 80 }), to('/b', { name: 'http' })]),
      WEB,
    ],
    'the host of the other Ingress is replaced by a later rule': [
      BY_NAME,
      ingress({
        name: 'other',
        class: 'gce',
        spec: { rules: [{ http: { paths: BY_NUMBER } }, { http: { paths: [to('/b', { name: 'http' })] } }] },
      }),
      WEB,
    ],
    'the Service is not known': [of([to('/a', { number: 80 }), to('/b', { name: 'http' })])],
    'an Ingress of another controller': [
      ingress({
        class: 'nginx',
        spec: { rules: [{ http: { paths: [to('/a', { number: 80 }), to('/b', { name: 'http' })] } }] },
      }),
      WEB,
    ],
  },
});
