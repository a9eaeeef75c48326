// The smallest definition of a custom kind that takes any spec; GKE's own say more. Like those, they have no status
// subresource (k8s.io/ingress-gce pkg/backendconfig and pkg/frontendconfig, gke-managed-certs
// deploy/managedcertificates-crd.yaml): whoever writes a status writes the object.
import { RESOURCES, type Resource } from '../../src/cluster/api/resources.ts';
import type { Kind } from '../../src/kubernetes/objects.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { waitFor } from './wait-for.ts';

/** @param older versions that are served beside the one that is watched and stored */
export function crd(kind: Kind, older: readonly string[] = []): KubeObject {
  const resource = RESOURCES.find((one) => one.kind === kind && one.isCustom);
  if (resource === undefined) throw new Error(`${kind} is no custom kind that the guard watches.`);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${resource.plural}.${resource.group}` },
    spec: specOf(resource, older),
  };
}

function specOf({ kind, group, version, plural, isNamespaced }: Resource, older: readonly string[]) {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    group,
    scope: isNamespaced ? 'Namespaced' : 'Cluster',
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [version, ...older].map((name) => ({ name, served: true, storage: name === version, schema })),
  };
}

/** Stores definitions, and waits until objects of each version are taken. */
export async function defineKinds(client: ApiClient, ...definitions: readonly KubeObject[]): Promise<void> {
  for (const definition of definitions) await mustSucceed(client.create(definition));
  for (const definition of definitions) {
    for (const path of pathsOf(definition)) {
      await waitFor(
        `${path} to be served`,
        () => client.request({ method: 'GET', path }),
        ({ status }) => status === 200,
      );
    }
  }
}

function pathsOf({ spec }: KubeObject): readonly string[] {
  const { group, names, versions } = spec as ReturnType<typeof specOf>; // crd() made it
  return versions.map(({ name }) => `/apis/${group}/${name}/${names.plural}`);
}
