// The reviews that every server is sent: what the guard is known for, and a large object.
import { argocdServer, deployment, ingressOf, pathTo, type RawObject, service } from '../../test/support/objects.ts';
import { reviewOf } from '../../test/support/reviews.ts';

export interface Case {
  readonly id: string;
  readonly what: string;
  readonly webhook: 'mutate' | 'validate';
  readonly review: object;
  readonly connections: readonly number[];
}

const MANAGED_FIELDS = [
  {
    manager: 'kubectl-client-side-apply',
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:ports': {}, 'f:selector': {}, 'f:type': {} } },
  },
];

/** As kubectl sends it. */
function applied(raw: RawObject): RawObject {
  return { ...raw, metadata: { ...(raw['metadata'] as object), managedFields: MANAGED_FIELDS } };
}

/** Mostly environment, 0.6 MB of it in the new object and in the old one. */
function large(): { readonly object: RawObject; readonly old: RawObject } {
  const env = Array.from({ length: 6000 }, (_, index) => ({
    name: `VARIABLE_${index}`,
    value: `the value of variable ${index}, as long as such values are`,
  }));
  const containers = [{ name: 'web', image: 'example/web:1', ports: [{ containerPort: 8080 }], env }];
  const make = (label: string): RawObject =>
    applied(deployment({ name: 'large', labels: { version: label }, containers }));
  return { object: make('new'), old: make('old') };
}

const LARGE = large();

export const CASES: readonly Case[] = [
  {
    id: 'annotate',
    what: 'a Service that gets the NEG annotation',
    webhook: 'mutate',
    review: reviewOf(applied(service())),
    connections: [1, 8, 64],
  },
  {
    id: 'refuse',
    what: 'an Ingress of class gce that is refused: a * is in the middle of a path',
    webhook: 'validate',
    review: reviewOf(applied(ingressOf([pathTo('/shop*/cart', 'Prefix')]))),
    connections: [1, 8, 64],
  },
  {
    id: 'pass',
    what: 'an Ingress of class gce that passes',
    webhook: 'validate',
    review: reviewOf(applied(ingressOf([pathTo('/*', 'ImplementationSpecific')]))),
    connections: [8],
  },
  {
    id: 'warn',
    what: 'the Deployment of argocd-server, with a warning',
    webhook: 'validate',
    review: reviewOf(applied(argocdServer())),
    connections: [8],
  },
  {
    id: 'large',
    what: 'an UPDATE of 1.2 MB',
    webhook: 'validate',
    review: reviewOf(LARGE.object, { old: LARGE.old }),
    connections: [8],
  },
];
