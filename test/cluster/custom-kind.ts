// The smallest definition of a custom kind that takes any spec; GKE's own say more.
import { RESOURCES } from '../../src/cluster/resources.ts';
import type { Kind } from '../../src/kubernetes/objects.ts';
import type { KubeObject } from './api-client.ts';

export function crd(kind: Kind): KubeObject {
  const resource = RESOURCES.find((one) => one.kind === kind && one.isCustom);
  if (resource === undefined) throw new Error(`${kind} is no custom kind that the guard watches.`);
  const { group, version, plural } = resource;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}
