// The cluster for `check`: only the namespaces of the input are read.
import type { Facts } from '../facts/facts.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { Policy } from '../policy/policy.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Io } from './io.ts';
import { type LiveOptions, namespacesOf, openLive, parseAll } from './live.ts';
import type { ManifestObject } from './manifests.ts';

export interface CheckedCluster {
  readonly cluster: { readonly snapshot: Snapshot; readonly objects: readonly KubernetesObject[] };
  /** Of objects that do not say it. */
  readonly namespace: string;
}

/** @throws AppError cluster-unreachable */
export async function readForCheck(
  options: LiveOptions,
  manifests: readonly ManifestObject[],
  { facts, policy }: { readonly facts: Facts; readonly policy: Policy },
  io: Io,
): Promise<CheckedCluster> {
  const live = await openLive(options, io);
  const over = parseAll(manifests, live.namespace);
  const { view, objects } = await live.read({
    namespaces: namespacesOf(over).filter((namespace) => !policy.isExcluded(namespace)),
    over,
    defaultBackendService: facts.controller.defaultBackendService.value,
    events: false,
    namespaceLabels: true,
  });
  return { cluster: { snapshot: view.snapshot, objects }, namespace: live.namespace };
}
