import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, ingressOf, pathTo, type RawObject, service } from '../../test/support/objects.ts';
import { pathMatchesRootOnly } from './path-matches-root-only.ts';

const TYPE = 'ImplementationSpecific';
const AT = 'spec.rules[0].http.paths[0].path';
const alone = (path: string, taker = 'the default backend', type = `pathType ${TYPE}`): string =>
  `path "${path}" of host "shop.example.com" has ${type}, so it matches "${path}" alone: all below it goes to ${taker}.`;
const to = (name: string, port: RawObject = { number: 80 }): RawObject => ({ service: { name, port } });
/** Rules of one host. */
const rulesOf = (...rules: readonly (readonly RawObject[])[]): RawObject =>
  ingress({ class: 'gce', spec: { rules: rules.map((paths) => ({ host: 'shop.example.com', http: { paths } })) } });

describeRule(pathMatchesRootOnly, {
  finds: {
    'a "/" that is meant to take everything': [[ingressOf([pathTo('/', TYPE)])], `${AT}: ${alone('/')}`],
    'a path that is meant to take all below it': [
      [ingressOf([pathTo('/api', TYPE, 'api'), pathTo('/', 'Prefix')])],
      `${AT}: ${alone('/api', 'Service "web"')}`,
    ],
    'no pathType': [
      [ingressOf([pathTo('/', undefined)])],
      `${AT}: ${alone('/', 'the default backend', 'no pathType')}`,
    ],
    'a slash at the end changes nothing': [[ingressOf([pathTo('/api/', TYPE)])], `${AT}: ${alone('/api/')}`],
    'a default backend of its own': [
      [ingressOf([pathTo('/api', TYPE, 'api')], 'shop.example.com', { defaultBackend: to('web') })],
      `${AT}: ${alone('/api', 'Service "web"')}`,
    ],
    'another port of the Service takes what is below': [
      [ingressOf([pathTo('/', TYPE)], 'shop.example.com', { defaultBackend: to('web', { number: 8080 }) })],
      `${AT}: ${alone('/', 'Service "web"')}`,
    ],
    'the "/*" of another host does not help': [
      [
        ingress({
          class: 'gce',
          spec: {
            rules: [
              { host: 'shop.example.com', http: { paths: [pathTo('/', TYPE)] } },
              { host: 'www.example.com', http: { paths: [pathTo('/', 'Prefix')] } },
            ],
          },
        }),
      ],
      `${AT}: ${alone('/')}`,
    ],
    'who writes "/*" beside it may mean it, as the documentation of GKE does': [
      [ingressOf([pathTo('/discounted', TYPE, 'discounted'), pathTo('/*', TYPE)])],
      `(possible) (info) ${AT}: ${alone('/discounted', 'Service "web"')}`,
    ],
    'the longest prefix of several takes what is below, wherever it stands': [
      [
        ingressOf([
          pathTo('/a/b', TYPE, 'mine'),
          pathTo('/a', 'Prefix', 'inner'),
          pathTo('/', 'Prefix', 'outer'),
          pathTo('/a/bc', 'Prefix', 'beside'),
          pathTo('/a/b/c', 'Prefix', 'deeper'),
        ]),
      ],
      `${AT}: ${alone('/a/b', 'Service "inner"')}`,
    ],
    'of two equal prefixes the last takes it': [
      [ingressOf([pathTo('/a/b', TYPE, 'mine'), pathTo('/a', 'Prefix', 'one'), pathTo('/a', 'Prefix', 'two')])],
      `${AT}: ${alone('/a/b', 'Service "two"')}`,
    ],
    'a prefix of a rule that a later one replaces takes nothing': [
      [rulesOf([pathTo('/', 'Prefix')], [pathTo('/api', TYPE)])],
      `spec.rules[1].http.paths[0].path: ${alone('/api')}`,
    ],
    'one address by its name, and something is routed below it': [
      [ingressOf([pathTo('/events', TYPE, 'api'), pathTo('/events/archive', 'Exact', 'old')])],
      `${AT}: ${alone('/events')}`,
    ],
    'a slash at the end says that there is more': [
      [ingressOf([pathTo('/webhook/', TYPE)])],
      `${AT}: ${alone('/webhook/')}`,
    ],
    'a name that only ends like one address': [[ingressOf([pathTo('/news', TYPE)])], `${AT}: ${alone('/news')}`],
    'the same name below another host does not count': [
      [
        ingress({
          class: 'gce',
          spec: {
            rules: [
              { host: 'shop.example.com', http: { paths: [pathTo('/api', TYPE)] } },
              { host: 'www.example.com', http: { paths: [pathTo('/ws', TYPE), pathTo('/api/ws', TYPE)] } },
            ],
          },
        }),
      ],
      `${AT}: ${alone('/api')}`,
    ],
  },
  passes: {
    'Prefix takes everything, and so does "/*"': [ingressOf([pathTo('/', 'Prefix'), pathTo('/api/*', TYPE, 'api')])],
    'an Exact path says what it means': [ingressOf([pathTo('/api', 'Exact')])],
    'the path is given with and without "/*"': [
      ingressOf([pathTo('/api', TYPE, 'api'), pathTo('/api/*', TYPE, 'api')]),
    ],
    'a "/" beside a "/*"': [ingressOf([pathTo('/', TYPE), pathTo('/*', TYPE)])],
    'the same in Prefix, to another Service': [
      ingressOf([pathTo('/api', TYPE, 'one'), pathTo('/api', 'Prefix', 'two')]),
    ],
    'what is below goes to the same backend': [ingressOf([pathTo('/login', TYPE), pathTo('/', 'Prefix')])],
    'the default backend is the same': [
      ingressOf([pathTo('/', TYPE)], 'shop.example.com', { defaultBackend: to('web') }),
    ],
    'the default backend is the same port by its name': [
      ingressOf([pathTo('/', TYPE)], 'shop.example.com', { defaultBackend: to('web', { name: 'http' }) }),
      service(),
    ],
    'a rule that a later one replaces, which another rule says': [
      rulesOf([pathTo('/api', TYPE, 'api')], [pathTo('/', 'Prefix')]),
    ],
    'no path at all is "/*"': [ingressOf([pathTo(undefined, TYPE)])],
    'a pattern is the business of another rule': [ingressOf([pathTo('/v[0-9]/users', TYPE)])],
    'one address has nothing below it: a WebSocket': [ingressOf([pathTo('/ws', TYPE), pathTo('/', 'Prefix', 'web')])],
    'one address has nothing below it: what others call, wherever it stands': [
      ingressOf(
        ['/hook', '/stripe-webhook', '/api/v1/websocket', '/oauth2/callback', '/api/events', '/.well-known/openid'].map(
          (path) => pathTo(path, TYPE),
        ),
      ),
    ],
    'one address, and something is routed below it on another host': [
      ingress({
        class: 'gce',
        spec: {
          rules: [
            { host: 'shop.example.com', http: { paths: [pathTo('/ws', TYPE)] } },
            { host: 'www.example.com', http: { paths: [pathTo('/ws/chat', 'Exact')] } },
          ],
        },
      }),
    ],
    'a file has nothing below it': [ingressOf([pathTo('/robots.txt', TYPE)])],
    'an Ingress of another controller takes it as a prefix': [
      ingress({ class: 'nginx', spec: { rules: [{ http: { paths: [pathTo('/', TYPE)] } }] } }),
    ],
  },
});
