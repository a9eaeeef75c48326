// `--live`: the cluster of the user's kubeconfig, read once. The only door from the command line to cluster/, which takes a
// second to load and is therefore loaded only here, and only when it is asked for.
import type { ClusterReading, ReadRequest } from '../cluster/read-cluster.ts';
import type { ClusterName } from '../facts/facts.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { parseObject } from '../kubernetes/parse.ts';
import type { Io } from './io.ts';
import type { ManifestObject } from './manifests.ts';

export interface LiveOptions {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

export interface LiveCluster {
  /** That of the context: where objects without a namespace go. */
  readonly namespace: string;
  /** The names for commands: those given, else those by which gcloud named the cluster in the kubeconfig. */
  nameOf(given: ClusterName): ClusterName;
  /** What cannot be read is said on stderr, once. @throws AppError cluster-unreachable */
  read(request: ReadRequest): Promise<ClusterReading>;
}

/** @throws AppError cluster-unreachable where the kubeconfig cannot be used */
export async function openLive(options: LiveOptions, io: Io): Promise<LiveCluster> {
  const [{ connect }, { readCluster }, { parseGkeName }] = await Promise.all([
    import('../cluster/connection.ts'),
    import('../cluster/read-cluster.ts'),
    import('../cluster/gke-name.ts'),
  ]);
  const connection = connect(options);
  return {
    namespace: connection.namespace,
    nameOf: (given) => {
      const isGiven = [given.name, given.location, given.project].some((part) => part !== undefined);
      return isGiven ? given : parseGkeName(connection.clusterName);
    },
    read: async (request) => {
      const reading = await readCluster(connection, request);
      for (const gap of reading.gaps) io.err(`note: ${gap}\n`);
      return reading;
    },
  };
}

/** The objects of files that the guard reads. @param namespace of those that do not say it */
export function parseAll(manifests: readonly ManifestObject[], namespace: string): readonly KubernetesObject[] {
  return manifests.flatMap(({ raw }) => parseObject(raw, namespace) ?? []);
}

/** Each once; cluster-scoped objects are in none. */
export function namespacesOf(objects: readonly KubernetesObject[]): readonly string[] {
  return [...new Set(objects.map(({ metadata }) => metadata.namespace))].filter((namespace) => namespace !== '');
}
