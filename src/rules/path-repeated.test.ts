import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, ingressOf, pathTo, type RawObject, service } from '../../test/support/objects.ts';
import { pathRepeated } from './path-repeated.ts';

const AT = 'spec.rules[0].http.paths[0].path';
const twice = (path: string): string => `"${path}" of host "shop.example.com" is given twice`;
const loses = (path: string, type = 'Prefix', taker = 'api'): string =>
  `${twice(path)}: the later, paths[1] (Service "${taker}"), gets it, and this ${type} path does not.`;

describeRule(pathRepeated, {
  finds: {
    'an Exact path before the Prefix path that it is an exception of': [
      [ingressOf([pathTo('/api', 'Exact', 'docs'), pathTo('/api', 'Prefix', 'api')])],
      `${AT}: ${loses('/api', 'Exact')}`,
    ],
    'one path, two Services': [
      [ingressOf([pathTo('/api', 'Prefix'), pathTo('/api', 'Prefix', 'api')])],
      `${AT}: ${loses('/api')}`,
    ],
    'a slash at the end makes no difference to Prefix': [
      [ingressOf([pathTo('/api', 'Prefix'), pathTo('/api/', 'Prefix', 'api')])],
      `${AT}: ${loses('/api')}`,
    ],
    'Prefix "/" and a "/*"': [
      [ingressOf([pathTo('/*', 'ImplementationSpecific'), pathTo('/', 'Prefix', 'api')])],
      `${AT}: ${loses('/*', 'ImplementationSpecific')}`,
    ],
    'no path at all, and a "/*"': [
      [ingressOf([pathTo(undefined, undefined), pathTo('/*', undefined, 'api')])],
      `${AT}: ${loses('/*', 'ImplementationSpecific')}`,
    ],
    'without host': [
      [ingressOf([pathTo('/a', 'Exact'), pathTo('/a', 'Exact', 'api')], '')],
      `${AT}: "/a" is given twice: the later, paths[1] (Service "api"), gets it, and this Exact path does not.`,
    ],
    'three times': [
      [ingressOf([pathTo('/a', 'Prefix'), pathTo('/a', 'Prefix', 'b'), pathTo('/a', 'Prefix', 'c')])],
      `${AT}: ${twice('/a')}: the later, paths[2] (Service "c"), gets it, and this Prefix path does not.`,
      `spec.rules[0].http.paths[1].path: ${twice('/a')}: the later, paths[2] (Service "c"), gets it, and this Prefix path does not.`,
    ],
    'to the same backend it does no harm': [
      [ingressOf([pathTo('/api', 'Prefix'), pathTo('/api', 'Prefix')])],
      `(info) ${AT}: ${twice('/api')}, to the same backend: paths[1] would do.`,
    ],
    'the same backend by another name of its port': [
      [
        ingressOf([
          pathTo('/api', 'Prefix'),
          { path: '/api', pathType: 'Exact', backend: { service: { name: 'web', port: { name: 'http' } } } },
        ]),
        service(),
      ],
      `(info) ${AT}: ${twice('/api')}, to the same backend: paths[0] would do.`,
    ],
    'a literal path after a Prefix path that takes more': [
      [ingressOf([pathTo('/api', 'Prefix'), pathTo('/api', 'ImplementationSpecific', 'docs')])],
      `${AT}: ${twice('/api')}: the later, paths[1] (Service "docs"), gets it, and this Prefix path does not.`,
    ],
    'an Exact path after its Prefix path wins, as Kubernetes says it should': [
      [ingressOf([pathTo('/api', 'Prefix'), pathTo('/api', 'Exact', 'docs')])],
      `(info) ${AT}: ${twice('/api')}: the Exact path, paths[1], gets it only because it is the later one.`,
    ],
  },
  needsMore: {
    'three times': 'each fix removes one of the three',
    'a literal path after a Prefix path that takes more': 'as an Exact path it is an exception, which is an info',
  },
  passes: {
    'each path once': [ingressOf([pathTo('/', 'Prefix'), pathTo('/api', 'Prefix', 'api'), pathTo('/api/v1', 'Exact')])],
    'an Exact path with a slash is another path': [
      ingressOf([pathTo('/api', 'Prefix', 'api'), pathTo('/api/', 'Exact')]),
    ],
    'under another host': [
      ingress({
        class: 'gce',
        spec: {
          rules: [
            { host: 'a.example.com', http: { paths: [pathTo('/', 'Prefix')] } },
            { host: 'b.example.com', http: { paths: [pathTo('/', 'Prefix', 'api')] } },
          ],
        },
      }),
    ],
    'in a rule that a later one for the same host replaces': [
      ingress({
        class: 'gce',
        spec: {
          rules: [twiceIn('a.example.com'), { host: 'a.example.com', http: { paths: [pathTo('/', 'Prefix')] } }],
        },
      }),
    ],
    'paths that fail to translate': [ingressOf([pathTo('/*', 'Prefix'), pathTo('/*', 'Exact', 'api')])],
    'an Ingress of another controller': [ingress({ class: 'nginx', spec: { rules: [twiceIn('a.example.com')] } })],
  },
});

function twiceIn(host: string): RawObject {
  return { host, http: { paths: [pathTo('/', 'Prefix'), pathTo('/', 'Prefix', 'api')] } };
}
