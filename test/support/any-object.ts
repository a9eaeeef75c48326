// Any objects of a small world, and every question that can be asked of a snapshot of it.
import fc from 'fast-check';
import { type KubernetesObject, nameOf } from '../../src/kubernetes/objects.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { parsed } from './corridor.ts';
import { deployment, ingress, networkPolicy, service } from './objects.ts';

// Few names and labels, so that objects meet.
const NAMES = ['a', 'b', 'c'];
const NAMESPACES = ['shop', 'other'];
const LABELS = fc.dictionary(fc.constantFrom('app', 'tier', 'constructor'), fc.constantFrom('x', 'y'), { maxKeys: 3 });

export function anyObject(): fc.Arbitrary<KubernetesObject> {
  const name = fc.constantFrom(...NAMES);
  const namespace = fc.constantFrom(...NAMESPACES);
  return fc.oneof(
    fc
      .tuple(name, namespace, name)
      .map(([own, where, target]) => parsed(ingress({ name: own, namespace: where, service: target }))),
    fc
      .tuple(name, namespace, LABELS, LABELS)
      .map(([own, where, selector, annotations]) =>
        parsed(service({ name: own, namespace: where, annotations, spec: { selector } })),
      ),
    fc
      .tuple(name, namespace, LABELS)
      .map(([own, where, labels]) =>
        parsed(deployment({ name: own, namespace: where, spec: { template: { metadata: { labels } } } })),
      ),
    fc
      .tuple(name, namespace, LABELS)
      .map(([own, where, matchLabels]) =>
        parsed(networkPolicy({ name: own, namespace: where, spec: { podSelector: { matchLabels } } })),
      ),
  );
}

/** A look-up of every annotation, by key. */
export const annotationsOf = ({ metadata }: KubernetesObject): readonly string[] => Object.keys(metadata.annotations);

/** Every look-up that these names allow, each answer sorted. */
export function answersOf(snapshot: Snapshot): unknown {
  const sorted = (objects: readonly KubernetesObject[]): unknown =>
    objects.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return NAMESPACES.flatMap((namespace) =>
    NAMES.map((name) => {
      const found = snapshot.get('Service', namespace, name);
      const workload = snapshot.get('Deployment', namespace, name);
      return {
        ingress: snapshot.get('Ingress', namespace, name),
        service: found,
        workload,
        ingresses: sorted(snapshot.ingressesOf({ namespace, name })),
        workloads: found && sorted(snapshot.workloadsOf(found)),
        services: workload && sorted(snapshot.servicesOf(workload)),
        policies: workload && sorted(snapshot.networkPoliciesOf(workload)),
        names: (['Ingress', 'Service', 'Deployment'] as const).map((kind) =>
          snapshot.namesIn(kind, namespace).toSorted(),
        ),
        annotated: ['app', 'tier', 'constructor'].map((key) => sorted(snapshot.servicesBy(annotationsOf, key))),
      };
    }),
  );
}

/** One object over the other. */
export function overlaid(base: Snapshot, ...objects: readonly KubernetesObject[]): Snapshot {
  return objects.reduce((below, object) => below.overlay(object), base);
}

export function identityOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.namespace}/${metadata.name}`;
}
