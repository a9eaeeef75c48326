import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answersOf, anyObject, overlaid } from '../../test/support/any-object.ts';
import { parsed } from '../../test/support/corridor.ts';
import {
  backendConfig,
  deployment,
  ingress,
  ingressClass,
  networkPolicy,
  type RawObject,
  service,
} from '../../test/support/objects.ts';
import { type Kind, type KubernetesObject, nameOf, type Service, type Workload } from '../kubernetes/objects.ts';
import { createSnapshot, emptySnapshot, matchesSelector, type Snapshot, servicesNamedBy } from './snapshot.ts';

const selecting = (selector: RawObject | null, name = 'web'): Service =>
  parsed(service({ name, spec: { selector } })) as Service;
const labelled = (labels: RawObject, name = 'web', namespace = 'shop'): Workload =>
  parsed(deployment({ name, namespace, spec: { template: { metadata: { labels } } } })) as Workload;
const behind = (serviceName: string, name = 'web', namespace = 'shop'): KubernetesObject =>
  parsed(ingress({ name, namespace, service: serviceName }));

const isolating = (podSelector: unknown, name = 'web', namespace = 'shop'): KubernetesObject =>
  parsed(networkPolicy({ name, namespace, spec: { podSelector } }));

function listed(...objects: readonly KubernetesObject[]): Snapshot {
  return createSnapshot(objects, 'listed');
}

const names = (objects: readonly KubernetesObject[]): readonly string[] => objects.map(nameOf);

const WEB = { namespace: 'shop', name: 'web' };

describe('a snapshot', () => {
  it('finds an object by kind, namespace and name', () => {
    const web = selecting({ app: 'web' });
    const snapshot = listed(web, behind('web'), parsed(ingressClass('gce', 'example.com/gateway')));
    expect(snapshot.get('Service', 'shop', 'web')).toBe(web);
    expect(snapshot.get('IngressClass', '', 'gce')?.controller).toBe('example.com/gateway');
    expect(snapshot.get('Service', 'other', 'web')).toBe(undefined);
    expect(snapshot.get('Service', 'shop', 'api')).toBe(undefined);
    expect(snapshot.get('BackendConfig', 'shop', 'web')).toBe(undefined);
  });

  it('keeps the last of two objects of one name, in its look-ups too', () => {
    const snapshot = listed(behind('web'), behind('api'));
    expect(names(snapshot.ingressesOf(WEB))).toEqual([]);
    expect(names(snapshot.ingressesOf({ ...WEB, name: 'api' }))).toEqual(['Ingress/shop/web']);
  });

  it('knows the Ingresses that name a Service, by a path or as the default backend, each once', () => {
    const path = { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } };
    const twice = parsed(
      ingress({
        name: 'twice',
        spec: { defaultBackend: path.backend, rules: [{ http: { paths: [path, path] } }, { host: 'a.example' }] },
      }),
    );
    const snapshot = listed(behind('web'), twice, behind('api', 'api'), behind('web', 'web', 'other'));
    expect(names(snapshot.ingressesOf(WEB))).toEqual(['Ingress/shop/web', 'Ingress/shop/twice']);
  });

  it('knows the workloads that a Service selects, by all of its labels and in its namespace', () => {
    const snapshot = listed(
      labelled({ app: 'web', tier: 'front' }, 'both'),
      labelled({ app: 'web' }, 'one'),
      labelled({ app: 'web', tier: 'back' }, 'other-tier'),
      labelled({ app: 'web', tier: 'front' }, 'elsewhere', 'other'),
    );
    expect(names(snapshot.workloadsOf(selecting({ app: 'web', tier: 'front' })))).toEqual(['Deployment/shop/both']);
    expect(names(snapshot.workloadsOf(selecting({ app: 'web' })))).toEqual([
      'Deployment/shop/both',
      'Deployment/shop/one',
      'Deployment/shop/other-tier',
    ]);
  });

  it('knows a workload with a hundred labels by each of them', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`label-${at}`, 'x']));
    const snapshot = listed(labelled({ app: 'web' }, 'few'), labelled({ ...many, app: 'web' }, 'many'));
    expect(names(snapshot.workloadsOf(selecting({ app: 'web' })))).toEqual([
      'Deployment/shop/few',
      'Deployment/shop/many',
    ]);
    for (const key of ['label-0', 'label-99']) {
      expect(names(snapshot.workloadsOf(selecting({ app: 'web', [key]: 'x' })))).toEqual(['Deployment/shop/many']);
      expect(names(snapshot.workloadsOf(selecting({ [key]: 'y' })))).toEqual([]);
    }
  });

  it('lets a Service without selector select every workload of its namespace, as the controller does', () => {
    const snapshot = listed(labelled({ app: 'web' }), labelled({}, 'bare'), labelled({}, 'far', 'other'));
    for (const selector of [null, {}]) {
      expect(names(snapshot.workloadsOf(selecting(selector)))).toEqual(['Deployment/shop/web', 'Deployment/shop/bare']);
    }
  });

  it('knows the Services that select a workload, without those that select everything', () => {
    const snapshot = listed(
      selecting({ app: 'web' }),
      selecting({ app: 'web', tier: 'front' }, 'front'),
      selecting({ app: 'api' }, 'api'),
      selecting(null, 'manual'),
    );
    expect(names(snapshot.servicesOf(labelled({ tier: 'front', app: 'web' })))).toEqual([
      'Service/shop/front',
      'Service/shop/web',
    ]);
    expect(names(snapshot.servicesOf(labelled({})))).toEqual([]);
  });

  it('knows the Services of every namespace to which a text leads', () => {
    const byKey = ({ metadata }: Service): readonly string[] => Object.keys(metadata.annotations);
    const snapshot = listed(
      parsed(service({ neg: '' })),
      parsed(service({ namespace: 'other', neg: '{}', annotations: { team: 'shop' } })),
      parsed(service({ name: 'api', annotations: { team: 'shop' } })),
      behind('web'),
    );
    expect(names(snapshot.servicesBy(byKey, 'cloud.google.com/neg'))).toEqual([
      'Service/shop/web',
      'Service/other/web',
    ]);
    expect(names(snapshot.servicesBy(byKey, 'constructor'))).toEqual([]);
    expect(names(snapshot.overlay(parsed(service())).servicesBy(byKey, 'cloud.google.com/neg'))).toEqual([
      'Service/other/web',
    ]);
  });

  it('knows the NetworkPolicies that select a workload, by labels and expressions', () => {
    const expressed = (operator: string, values?: readonly string[], key = 'app'): RawObject => ({
      matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }],
    });
    const snapshot = listed(
      isolating({}, 'all'),
      isolating(undefined, 'none-given'),
      isolating({ matchLabels: { app: 'web' } }, 'labels'),
      isolating({ matchLabels: { app: 'api' } }, 'other-labels'),
      isolating(expressed('In', ['api', 'web']), 'in'),
      isolating(expressed('In', ['api']), 'not-in-list'),
      isolating(expressed('In', ['x'], 'tier'), 'in-without-label'),
      isolating(expressed('NotIn', ['api']), 'not-in'),
      isolating(expressed('NotIn', ['x'], 'tier'), 'not-in-without-label'),
      isolating(expressed('NotIn', ['web']), 'not-in-list-of-it'),
      isolating(expressed('Exists'), 'exists'),
      isolating(expressed('Exists', undefined, 'tier'), 'does-not'),
      isolating(expressed('DoesNotExist', undefined, 'tier'), 'absent'),
      isolating(expressed('DoesNotExist'), 'absent-but-there'),
      isolating({ matchLabels: { app: 'web' }, ...expressed('Exists', undefined, 'tier') }, 'both-must-hold'),
      isolating(expressed('Near', ['web']), 'no-operator'),
      isolating({}, 'elsewhere', 'other'),
    );
    expect(names(snapshot.networkPoliciesOf(labelled({ app: 'web' })))).toEqual(
      ['all', 'none-given', 'labels', 'in', 'not-in', 'not-in-without-label', 'exists', 'absent'].map(
        (name) => `NetworkPolicy/shop/${name}`,
      ),
    );
  });

  it('takes keys as they are, whatever objects inherit', () => {
    const snapshot = listed(labelled({ constructor: 'x' }), selecting({ constructor: 'x' }));
    expect(names(snapshot.workloadsOf(selecting({ constructor: 'x' })))).toEqual(['Deployment/shop/web']);
    expect(names(snapshot.workloadsOf(selecting({ toString: 'x' })))).toEqual([]);
    expect(matchesSelector(selecting({ valueOf: 'x' }).selector, {})).toBe(false);
  });

  it('cannot mistake one name for the parts of another', () => {
    const snapshot = listed(labelled({ a: 'b' }, 'c'));
    expect(snapshot.get('Deployment', 'shop', 'c')).toBeDefined();
    expect(snapshot.get('Deployment', 'sho', 'p\0c')).toBe(undefined);
  });
});

describe('absence', () => {
  it('means something for a kind in a namespace where an object of it is listed', () => {
    const snapshot = listed(selecting({ app: 'web' }), parsed(ingressClass('nginx', 'k8s.io/ingress-nginx')));
    const known = (kind: Kind, namespace: string): boolean => snapshot.isKnown(kind, namespace);
    expect(known('Service', 'shop')).toBe(true);
    expect(known('Service', 'other')).toBe(false);
    expect(known('ConfigMap', 'shop')).toBe(false);
    expect(known('IngressClass', '')).toBe(true);
  });

  it('means nothing to a guard that watches nothing', () => {
    expect(createSnapshot([selecting({ app: 'web' })], 'nothing').isKnown('Service', 'shop')).toBe(false);
    expect(emptySnapshot().isKnown('Service', 'shop')).toBe(false);
  });

  it('means what it meant before an overlay', () => {
    const web = selecting({ app: 'web' });
    expect(emptySnapshot().overlay(web).isKnown('Service', 'shop')).toBe(false);
    expect(listed(web).overlay(behind('web')).isKnown('Ingress', 'shop')).toBe(false);
    expect(listed(web).overlay(behind('web')).isKnown('Service', 'shop')).toBe(true);
  });
});

describe('an overlay', () => {
  it('adds an object that was not there, and leaves the snapshot below as it is', () => {
    const base = listed(selecting({ app: 'web' }));
    const view = base.overlay(behind('web'));
    expect(names(view.ingressesOf(WEB))).toEqual(['Ingress/shop/web']);
    expect(names(base.ingressesOf(WEB))).toEqual([]);
  });

  it('replaces an object of the same kind, namespace and name', () => {
    const after = selecting({ app: 'new' });
    expect(
      listed(selecting({ app: 'old' }))
        .overlay(after)
        .get('Service', 'shop', 'web'),
    ).toBe(after);
  });

  it('moves the reference of an Ingress', () => {
    const view = listed(behind('web')).overlay(behind('api'));
    expect(names(view.ingressesOf(WEB))).toEqual([]);
    expect(names(view.ingressesOf({ ...WEB, name: 'api' }))).toEqual(['Ingress/shop/web']);
  });

  it('follows a workload to its new labels', () => {
    const view = listed(labelled({ app: 'old' })).overlay(labelled({ app: 'new' }));
    expect(names(view.workloadsOf(selecting({ app: 'old' })))).toEqual([]);
    expect(names(view.workloadsOf(selecting({ app: 'new' })))).toEqual(['Deployment/shop/web']);
  });

  it('follows a workload from a hundred labels to few', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`label-${at}`, 'x']));
    const view = listed(labelled(many)).overlay(labelled({ app: 'new' }));
    expect(names(view.workloadsOf(selecting({ 'label-7': 'x' })))).toEqual([]);
    expect(names(view.workloadsOf(selecting({ app: 'new' })))).toEqual(['Deployment/shop/web']);
  });

  it('follows a Service to its new selector', () => {
    const view = listed(selecting({ app: 'old' })).overlay(selecting({ app: 'new' }));
    expect(names(view.servicesOf(labelled({ app: 'old' })))).toEqual([]);
    expect(names(view.servicesOf(labelled({ app: 'new' })))).toEqual(['Service/shop/web']);
  });

  it('follows a NetworkPolicy to its new selector', () => {
    const view = listed(isolating({ matchLabels: { app: 'old' } })).overlay(isolating({ matchLabels: { app: 'new' } }));
    expect(names(view.networkPoliciesOf(labelled({ app: 'old' })))).toEqual([]);
    expect(names(view.networkPoliciesOf(labelled({ app: 'new' })))).toEqual(['NetworkPolicy/shop/web']);
  });

  it('hides nothing of another kind or namespace', () => {
    const base = listed(behind('web', 'web', 'other'), parsed(backendConfig()));
    const view = base.overlay(behind('web'));
    expect(names(view.ingressesOf({ ...WEB, namespace: 'other' }))).toEqual(['Ingress/other/web']);
    expect(view.get('BackendConfig', 'shop', 'web')).toBeDefined();
  });

  it('can lie on an overlay, and the uppermost wins', () => {
    const view = listed(behind('a'))
      .overlay(behind('b'))
      .overlay(behind('c'))
      .overlay(selecting({ app: 'web' }, 'c'));
    expect(names(view.ingressesOf({ ...WEB, name: 'a' }))).toEqual([]);
    expect(names(view.ingressesOf({ ...WEB, name: 'b' }))).toEqual([]);
    expect(names(view.ingressesOf({ ...WEB, name: 'c' }))).toEqual(['Ingress/shop/web']);
    expect(view.get('Service', 'shop', 'c')).toBeDefined();
  });

  it('answers like a snapshot that was built of the same objects', () => {
    const objects = fc.array(anyObject(), { maxLength: 12 });
    fc.assert(
      fc.property(objects, objects, objects, (below, middle, above) => {
        const view = overlaid(listed(...below), ...middle, ...above);
        const fresh = listed(...below, ...middle, ...above);
        expect(answersOf(view)).toEqual(answersOf(fresh));
      }),
    );
  });
});

describe('servicesNamedBy', () => {
  it('names each Service once, the default backend last, and no resource', () => {
    const backend = (name: string): RawObject => ({ service: { name, port: { number: 80 } } });
    const object = parsed(
      ingress({
        spec: {
          defaultBackend: backend('default'),
          rules: [
            { http: { paths: [{ backend: backend('b') }, { backend: { resource: { kind: 'Bucket', name: 'x' } } }] } },
            { host: 'no-http.example' },
            { http: { paths: [{ backend: backend('a') }, { backend: backend('b') }] } },
          ],
        },
      }),
    );
    if (object.kind !== 'Ingress') throw new TypeError('an Ingress parses into an Ingress');
    expect(servicesNamedBy(object)).toEqual(['b', 'a', 'default']);
  });
});
