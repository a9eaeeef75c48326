import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotationsOf, answersOf, anyObject, identityOf, overlaid } from '../../test/support/any-object.ts';
import { parsed } from '../../test/support/corridor.ts';
import { configMap, deployment, ingress, networkPolicy, service } from '../../test/support/objects.ts';
import type { Kind, KubernetesObject, Service, Workload } from '../kubernetes/objects.ts';
import { LiveSnapshot } from './live-snapshot.ts';
import { createSnapshot } from './snapshot.ts';

const WATCHED = ['Service', 'Ingress', 'Deployment', 'StatefulSet', 'DaemonSet', 'NetworkPolicy'] as const;

function liveOf(...objects: readonly KubernetesObject[]): LiveSnapshot {
  const live = new LiveSnapshot();
  for (const kind of WATCHED) live.know('current', kind);
  for (const object of objects) live.put(object);
  return live;
}

const remove = (live: LiveSnapshot, { kind, metadata }: KubernetesObject): void =>
  live.remove(kind, metadata.namespace, metadata.name);

describe('a live snapshot', () => {
  it('answers like a snapshot that was built of what is left, after any changes', () => {
    const change = fc.record({ object: anyObject(), isRemoved: fc.boolean(), isAsked: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const live = liveOf();
        const left = new Map<string, KubernetesObject>();
        for (const { object, isRemoved, isAsked } of changes) {
          if (isRemoved) remove(live, object);
          else live.put(object);
          if (isRemoved) left.delete(identityOf(object));
          else left.set(identityOf(object), object);
          // Some indexes are made when they are first asked for.
          if (isAsked) live.servicesBy(annotationsOf, 'app');
        }
        expect(answersOf(live)).toEqual(answersOf(createSnapshot(left.values(), 'listed')));
        for (const kind of WATCHED) {
          const count = [...left.values()].filter((object) => object.kind === kind).length;
          expect(live.count(kind)).toBe(count);
          expect([...live.objects(kind)]).toHaveLength(count);
        }
      }),
    );
  });

  it('answers the same under an overlay', () => {
    const objects = fc.array(anyObject(), { maxLength: 12 });
    fc.assert(
      fc.property(objects, objects, (below, above) => {
        const fresh = createSnapshot([...below, ...above], 'listed');
        expect(answersOf(overlaid(liveOf(...below), ...above))).toEqual(answersOf(fresh));
      }),
    );
  });

  it('shows nothing of a kind before all of it is there', () => {
    const web = parsed(service()) as Service;
    const app = parsed(deployment()) as Workload;
    const live = new LiveSnapshot();
    for (const object of [web, app, parsed(ingress()), parsed(networkPolicy()), parsed(configMap({ name: 'a' }))]) {
      live.put(object);
    }
    const seen = (): unknown => ({
      service: live.get('Service', 'shop', 'web') !== undefined,
      configMap: live.get('ConfigMap', 'shop', 'a') !== undefined,
      ingresses: live.ingressesOf(web.metadata).length,
      workloads: live.workloadsOf(web).length,
      services: live.servicesOf(app).length,
      policies: live.networkPoliciesOf(app).length,
      annotated: live.servicesBy(annotationsOf, 'a').length,
    });
    const nothing = { ingresses: 0, workloads: 0, services: 0, policies: 0, annotated: 0 };
    expect(seen()).toEqual({ ...nothing, service: false, configMap: false });
    live.know('current', 'Deployment');
    expect(seen()).toEqual({ ...nothing, service: false, configMap: false, workloads: 1 });
    for (const kind of WATCHED) live.know('past', kind);
    live.know('past', 'ConfigMap', 'a');
    expect(seen()).toEqual({
      service: true,
      configMap: true,
      ingresses: 1,
      workloads: 1,
      services: 1,
      policies: 1,
      annotated: 0,
    });
    live.know('none', 'Ingress');
    expect(seen()).toMatchObject({ service: true, ingresses: 0 });
  });

  it('takes absence for a proof only of what is watched now', () => {
    const live = new LiveSnapshot();
    const known = (kind: Kind, name?: string): boolean => live.isKnown(kind, 'shop', name);
    expect(known('Service')).toBe(false);
    live.know('current', 'Service');
    expect(known('Service')).toBe(true);
    live.know('past', 'Service');
    expect(known('Service')).toBe(false);
    for (const kind of ['Secret', 'Pod', 'ReplicationController', 'Rollout', 'Job', 'BackendConfig'] as const) {
      expect(known(kind)).toBe(false);
    }
  });

  it('takes the absence of a Deployment for none of Pods before the other makers of Pods are known', () => {
    const live = new LiveSnapshot();
    live.know('current', 'Deployment');
    live.know('current', 'StatefulSet');
    expect(live.isKnown('Deployment', 'shop')).toBe(false);
    live.know('current', 'DaemonSet');
    expect(live.isKnown('Deployment', 'shop')).toBe(true);
    expect(live.isKnown('Pod', 'shop')).toBe(false);
  });

  it('knows ConfigMaps by name, in every namespace, and through an overlay', () => {
    const live = new LiveSnapshot();
    live.know('current', 'ConfigMap', 'params');
    const above = live.overlay(parsed(service()));
    for (const view of [live, above]) {
      expect(view.isKnown('ConfigMap', 'anywhere', 'params')).toBe(true);
      expect(view.isKnown('ConfigMap', 'anywhere', 'other')).toBe(false);
      expect(view.isKnown('ConfigMap', 'anywhere')).toBe(false);
    }
  });
});
