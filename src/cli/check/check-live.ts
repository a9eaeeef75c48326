// The cluster for `check`: only the namespaces of the input are read.
import type { ControllerFlags } from '../../facts/facts.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type ClusterReader, namespacesOf, parseAll } from '../cluster/cluster-reader.ts';
import type { ManifestObject } from '../files/manifests.ts';

export interface CheckedCluster {
  readonly cluster: { readonly snapshot: Snapshot; readonly objects: readonly KubernetesObject[] };
  /** Of objects that do not say it. */
  readonly namespace: string;
}

/** @throws AppError cluster-unreachable */
export async function readForCheck(
  live: ClusterReader,
  manifests: readonly ManifestObject[],
  {
    controller,
    policy,
    namespace = live.namespace,
  }: { readonly controller: ControllerFlags; readonly policy: Policy; readonly namespace?: string },
): Promise<CheckedCluster> {
  const over = parseAll(manifests, namespace);
  const { view, objects } = await live.read({
    namespaces: namespacesOf(over).filter((namespace) => !policy.isExcluded(namespace)),
    over,
    defaultBackendService: controller.defaultBackendService.value,
    events: false,
    namespaceLabels: true,
  });
  return { cluster: { snapshot: view.snapshot, objects }, namespace };
}
