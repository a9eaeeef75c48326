import { describe, expect, it } from 'vitest';
import { ADD_ON_OFF, ADD_ON_ON, factsOf } from '../../test/support/facts.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendOf, planOf } from '../../test/support/plan-of.ts';
import type { Facts } from '../facts/facts.ts';
import type { NegSource } from '../plan/neg-default.ts';
import type { IgnoredBecause } from '../plan/probe.ts';
import {
  flagOfClass,
  healthCheckReason,
  ignoredInWords,
  ingressInWords,
  negSourceInWords,
  portInWords,
  servedBecause,
  siteIdentity,
  siteInWords,
  wholeIngressFails,
} from './plan-words.ts';

describe('why GKE serves an Ingress, or does not', () => {
  const ON = 'and the HTTP load balancing add-on is on (says the facts file).';
  const deleted = {
    ...ingress({ class: 'gce' }),
    metadata: {
      name: 'web',
      namespace: 'shop',
      annotations: { 'kubernetes.io/ingress.class': 'gce' },
      deletionTimestamp: '2026-01-01T00:00:00Z',
      finalizers: ['networking.gke.io/ingress-finalizer-V2'],
    },
  };
  const withFlags = (controller: RawObject): Facts => factsOf({ httpLoadBalancing: 'enabled', controller });

  it.each<[string, RawObject, Facts, string]>([
    [
      'the class of --ingress-class',
      ingress({ class: 'mine' }),
      withFlags({ ingressClass: 'mine' }),
      `The annotation kubernetes.io/ingress.class is "mine", the controller's --ingress-class, ${ON}`,
    ],
    ['no class', ingress(), ADD_ON_ON, `It names no class at all, and the GKE Ingress controller takes those, ${ON}`],
    [
      'no class, the add-on off',
      ingress(),
      ADD_ON_OFF,
      'It names no class at all, and the GKE Ingress controller takes those, but the HTTP load balancing add-on is off (says the facts file), so the controller does not run.',
    ],
    [
      'the field alone',
      ingress({ ingressClassName: 'gce' }),
      ADD_ON_ON,
      'The field spec.ingressClassName is "gce", and the GKE Ingress controller reads only the annotation.',
    ],
    [
      'a class that the flags turn off',
      ingress({ class: 'gce-regional-external' }),
      ADD_ON_ON,
      'The annotation kubernetes.io/ingress.class is "gce-regional-external", and this cluster\'s controller does not serve that class (enableIngressRegionalExternal: false).',
    ],
    [
      'class gce, turned off',
      ingress({ class: 'gce' }),
      withFlags({ enableIngressGlobalExternal: false }),
      'The annotation kubernetes.io/ingress.class is "gce", and this cluster\'s controller does not serve that class (enableIngressGlobalExternal: false).',
    ],
    [
      'a multi-cluster Ingress',
      ingress({ class: 'gce-multi-cluster' }),
      ADD_ON_ON,
      'The annotation kubernetes.io/ingress.class is "gce-multi-cluster": Multi Cluster Ingress serves it, not this controller.',
    ],
    [
      'another class',
      ingress({ class: 'nginx' }),
      ADD_ON_ON,
      'The annotation kubernetes.io/ingress.class is "nginx", which is not one of gce, gce-internal, gce-regional-external.',
    ],
    [
      'one that is being deleted',
      deleted,
      ADD_ON_ON,
      'It is being deleted: GKE removes its load balancer, and then its finalizer.',
    ],
    [
      'one that is being deleted, the add-on off',
      deleted,
      ADD_ON_OFF,
      'It is being deleted, and with the add-on off nothing removes its load balancer and its finalizer.',
    ],
  ])('%s', (_, raw, facts, expected) => {
    expect(servedBecause(planOf([raw], facts), facts)).toBe(expected);
  });

  it('names the flag of a class', () => {
    const flagOf = (name: string): string => flagOfClass(planOf([ingress({ class: name })]).class);
    expect(['gce', 'gce-regional-external'].map(flagOf)).toEqual([
      'enableIngressGlobalExternal',
      'enableIngressRegionalExternal',
    ]);
  });
});

describe('why the health check is what it is', () => {
  const NEG = '{"ingress": true}';
  const OFFERED = factsOf({ controller: { enableTransparentHealthChecks: true } });
  const probing = (path: string, name = 'web'): RawObject =>
    deployment({ name, container: { readinessProbe: { httpGet: { path, port: 8080 } } } });
  const TCP = deployment({ container: { readinessProbe: { tcpSocket: { port: 8080 } } } });
  const named = { 'cloud.google.com/backend-config': '{"default": "web"}' };
  const optIn = { 'networking.gke.io/transparent-health-checker': '{"enabled": true}' };
  const inCluster = (name: string): RawObject =>
    service({
      name,
      namespace: 'kube-system',
      type: 'NodePort',
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    });

  it.each<[string, readonly RawObject[], string]>([
    [
      'transparent',
      [service({ neg: NEG, annotations: optIn })],
      "the Service opts into transparent health checks: GKE answers on port 7877 for the Pod's own readiness",
    ],
    [
      'a probe',
      [service({ neg: NEG }), probing('/healthz')],
      'the readiness probe of container "web" of Deployment/shop/web is adopted',
    ],
    [
      'the oldest of several probes',
      [service({ neg: NEG }), probing('/healthz', 'a'), probing('/b', 'b'), probing('/c', 'c')],
      'the readiness probe of container "web" of Deployment/shop/a is adopted; it is the oldest, and Deployment/shop/b, Deployment/shop/c would give another',
    ],
    [
      'a probe that is passed over',
      [service({ neg: NEG }), TCP],
      'the readiness probe of container "web" of Deployment/shop/web is not adopted: it is a tcpSocket probe, and only httpGet is read',
    ],
    ['no Pod', [service({ neg: NEG })], 'no Pod that the Service selects is known'],
    [
      'no replicas',
      [service({ neg: NEG }), deployment({ spec: { replicas: 0 } })],
      'Deployment/shop/web has no replicas, and a Pod must be there when the check is made',
    ],
    [
      'no probe',
      [service({ neg: NEG }), deployment(), deployment({ name: 'x' })],
      'no container of Deployment/shop/web, Deployment/shop/x has a readiness probe',
    ],
    [
      'a BackendConfig over a probe',
      [
        service({ neg: NEG, annotations: named }),
        probing('/healthz'),
        backendConfig({ spec: { healthCheck: { requestPath: '/live' } } }),
      ],
      'BackendConfig/shop/web sets requestPath; the rest: the readiness probe of container "web" of Deployment/shop/web is adopted',
    ],
    [
      'a BackendConfig over nothing',
      [
        service({ neg: NEG, annotations: named }),
        backendConfig({ spec: { healthCheck: { timeoutSec: 3, checkIntervalSec: 5 } } }),
      ],
      'BackendConfig/shop/web sets checkIntervalSec, timeoutSec; the rest: no Pod that the Service selects is known',
    ],
  ])('%s', (_, objects, expected) => {
    const { healthCheck } = backendOf([ingress({ class: 'gce' }), ...objects], OFFERED);
    if (healthCheck === undefined) throw new TypeError('no health check is made');
    expect(healthCheckReason(healthCheck)).toBe(expected);
  });

  it("the system's default backend", () => {
    const rules = [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: WEB } }] } }];
    const objects = [
      ingress({ class: 'gce', spec: { rules } }),
      service({ neg: NEG }),
      inCluster('default-http-backend'),
    ];
    const system = planOf(objects).backends.find(({ isSystemDefault }) => isSystemDefault)?.healthCheck;
    if (system === undefined) throw new TypeError('no default backend is planned');
    expect(healthCheckReason(system)).toBe('it is the default backend of the system');
  });
});

const WEB = { name: 'web', port: { number: 80 } };

it.each<[IgnoredBecause, string]>([
  [{ why: 'handler', handler: 'tcpSocket' }, 'it is a tcpSocket probe, and only httpGet is read'],
  [{ why: 'handler', handler: 'exec' }, 'it is an exec probe, and only httpGet is read'],
  [{ why: 'handler', handler: 'grpc' }, 'it is a grpc probe, and only httpGet is read'],
  [{ why: 'handler', handler: 'none' }, 'it is an empty probe, and only httpGet is read'],
  [{ why: 'host', host: 'example.com' }, 'it sets httpGet.host ("example.com")'],
  [
    { why: 'header', name: 'X-Forwarded-Proto' },
    'it sends the header "X-Forwarded-Proto", and only one named exactly "Host" may be there',
  ],
  [{ why: 'headers', count: 2 }, 'it sends 2 headers, and only one may be there'],
  [{ why: 'scheme', scheme: 'HTTPS', protocol: 'HTTP' }, 'its scheme is HTTPS, and the Service port speaks HTTP'],
  [{ why: 'undeclared', targetPort: 8080 }, 'container "app" declares no port 8080, the Service\'s targetPort'],
  [{ why: 'undeclared', targetPort: 'web' }, 'container "app" declares no port "web", the Service\'s targetPort'],
  [{ why: 'port', port: 'admin', targetPort: 8080 }, 'it is on port "admin", and the Service\'s targetPort is 8080'],
])('a probe is passed over: %o', (because, expected) => {
  expect(ignoredInWords(because, 'app')).toBe(expected);
});

it('a port is a number, or a name in quotes', () => {
  expect([portInWords(8080), portInWords('http')]).toEqual(['8080', '"http"']);
});

it.each<[NegSource, string]>([
  ['annotation', 'the NEG annotation is there'],
  ['guard', 'the NEG annotation will be written by this guard'],
  ['gke', 'the NEG annotation is expected from GKE'],
  ['maybe', 'GKE may add the NEG annotation: the facts that decide are not known'],
  ['none', 'the NEG annotation is not there, and GKE does not add it later'],
])('where the NEG annotation stands: %s', (source, expected) => {
  expect(negSourceInWords(source)).toBe(expected);
});

it('a path is named with its host, if it has one', () => {
  expect([siteInWords({ path: '/api', host: '' }), siteInWords({ path: '/api', host: 'shop.example.com' })]).toEqual([
    'path "/api"',
    'path "/api" of host "shop.example.com"',
  ]);
});

it('a path stays the same one when others are added before it', () => {
  const path = { path: '/api', host: 'shop.example.com' } as const;
  expect(siteIdentity({ ...path, pathType: 'Prefix' })).toBe('shop.example.com Prefix /api');
  expect(siteIdentity({ ...path, pathType: undefined })).toBe('shop.example.com  /api');
});

it('an Ingress is named where one is known', () => {
  const plan = planOf([ingress({ class: 'gce' })]);
  expect([ingressInWords(plan, 'an Ingress'), ingressInWords(undefined, 'an Ingress')]).toEqual([
    'Ingress "web"',
    'an Ingress',
  ]);
  expect([wholeIngressFails(plan), wholeIngressFails(undefined), wholeIngressFails(undefined, 'it')]).toEqual([
    'the whole of Ingress "web" fails',
    'an Ingress that uses the Service fails',
    'an Ingress that uses it fails',
  ]);
});
