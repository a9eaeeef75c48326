// The cluster for `explain`: which namespaces are read, which Ingresses are there beside those of files, and what is seen
// of each.

import type { ClusterReading } from '../../cluster/reading/read-cluster.ts';
import { AppError } from '../../errors.ts';
import type { ControllerFlags } from '../../facts/facts.ts';
import type { Ingress, KubernetesObject } from '../../kubernetes/objects.ts';
import type { SeenReport } from '../../report/explain-seen.ts';
import type { ExplainedPlan } from '../../report/explained-plan.ts';
import { compare } from '../../seen/compare.ts';
import { readSeen } from '../../seen/seen.ts';
import { shellCommand } from '../../shell-quote.ts';
import { type Snapshot, servicesNamedBy } from '../../snapshot/snapshot.ts';
import { type ClusterReader, namespacesOf, parseAll } from '../cluster/cluster-reader.ts';
import type { ManifestObject } from '../files/manifests.ts';
import type { StoredObject } from '../files/stored-objects.ts';

export interface ExplainedCluster {
  readonly cluster: { readonly snapshot: Snapshot; readonly objects: readonly KubernetesObject[] };
  /** Of objects that do not say it. */
  readonly namespace: string;
  /** Where Ingresses were looked for, in words. */
  readonly scope: string;
  /** What the cluster has and the files do not, by namespace and name. */
  ingressesBeside(stored: readonly StoredObject[]): readonly Ingress[];
  /** @param ingress as it is stored */
  see(ingress: Ingress, explained: ExplainedPlan): SeenReport;
}

/** @throws AppError cluster-unreachable, also where Ingresses may not be listed and no file has one */
export async function readForExplain(
  live: ClusterReader,
  manifests: readonly ManifestObject[],
  controller: ControllerFlags,
  { namespace: named, allNamespaces }: { readonly namespace: string | undefined; readonly allNamespaces: boolean },
): Promise<ExplainedCluster> {
  const namespace = named ?? live.namespace;
  const over = parseAll(manifests, namespace);
  const asked = named !== undefined || over.length === 0 ? [namespace] : namespacesOf(over);
  const reading = await live.read({
    namespaces: allNamespaces ? 'all' : asked,
    over,
    defaultBackendService: controller.defaultBackendService.value,
    events: true,
    namespaceLabels: false,
  });
  const { snapshot } = reading.view;
  if (reading.view.syncedAtMs('Ingress') === undefined && !over.some(({ kind }) => kind === 'Ingress')) {
    const scope = allNamespaces ? ['-A'] : ['-n', namespace];
    const question = shellCommand(['kubectl', 'auth', 'can-i', 'list', 'ingresses.networking.k8s.io', ...scope]);
    const detail = `Ingresses may not be listed, so there is nothing to explain. Ask for the right: ${question}`;
    throw new AppError('cluster-unreachable', detail);
  }
  const nowMs = Date.now();
  return {
    cluster: { snapshot, objects: reading.objects },
    namespace,
    scope: scopeInWords(allNamespaces, asked),
    ingressesBeside: (stored) => ingressesBeside(reading, stored),
    see: (ingress, { plan, facts, findings: told }) => {
      const services = servicesNamedBy(ingress).flatMap(
        (name) => snapshot.get('Service', ingress.metadata.namespace, name) ?? [],
      );
      const { events, knowsEvents, hasSystemDefault, serverVersion } = reading;
      const addresses = reading.addressesOf(ingress);
      const seen = readSeen({ ingress, addresses, services, events, knowsEvents, hasSystemDefault, serverVersion });
      const findings = told.map(({ finding }) => finding);
      return { seen, differences: compare({ plan, findings, seen, facts, nowMs }), nowMs };
    },
  };
}

/** For whoever looks for an Ingress in the wrong place. */
function scopeInWords(isEverywhere: boolean, namespaces: readonly string[]): string {
  if (isEverywhere) return 'in the cluster';
  return `in namespace ${namespaces.map((one) => JSON.stringify(one)).join(', ')} (-n names another, -A takes all)`;
}

function ingressesBeside({ objects }: ClusterReading, stored: readonly StoredObject[]): readonly Ingress[] {
  const inFiles = new Set(stored.flatMap(({ live }) => live ?? []));
  return objects
    .filter((object): object is Ingress => object.kind === 'Ingress' && !inFiles.has(object))
    .toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey({ metadata }: Ingress): string {
  return `${metadata.namespace}/${metadata.name}`;
}
