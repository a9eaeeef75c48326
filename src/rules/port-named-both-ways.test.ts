import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { portNamedBothWays } from './port-named-both-ways.ts';

const WEB = service({ neg: '{"ingress": true}' });
const to = (path: string, port: RawObject, name = 'web'): RawObject => ({
  path,
  pathType: 'Exact',
  backend: { service: { name, port } },
});
const of = (paths: readonly RawObject[], defaultPort?: RawObject): RawObject =>
  ingress({
    class: 'gce',
    spec: {
      rules: [{ http: { paths } }],
      ...(defaultPort === undefined ? {} : { defaultBackend: { service: { name: 'web', port: defaultPort } } }),
    },
  });
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
