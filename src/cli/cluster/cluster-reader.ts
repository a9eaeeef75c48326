// `--live`: the cluster of the user's kubeconfig, read once. What talks to it takes a second to load, and is therefore loaded
// only when it is asked for.
import type { ClusterConnection } from '../../cluster/api/connection.ts';
import type { ClusterReading, ReadRequest } from '../../cluster/reading/read-cluster.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import type { ManifestObject } from '../files/manifests.ts';
import { objectOf } from '../files/written-object.ts';
import type { Io } from '../io.ts';

export interface LiveOptions {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

export interface ClusterReader {
  /** That of the context: where objects without a namespace go. */
  readonly namespace: string;
  /** For whoever opened it to close. */
  readonly connection: ClusterConnection;
  /** What cannot be read is said on stderr, once. @throws AppError cluster-unreachable */
  read(request: ReadRequest): Promise<ClusterReading>;
}

/** @throws AppError cluster-unreachable where the kubeconfig cannot be used */
export async function openClusterReader(options: LiveOptions, io: Io): Promise<ClusterReader> {
  const [{ connect }, { readCluster }] = await Promise.all([
    import('../../cluster/api/connection.ts'),
    import('../../cluster/reading/read-cluster.ts'),
  ]);
  const connection = connect(options);
  return {
    namespace: connection.namespace,
    connection,
    read: async (request) => {
      const reading = await readCluster(connection, request);
      for (const gap of reading.gaps) io.err(`note: ${gap}\n`);
      return reading;
    },
  };
}

/** The objects of files that the guard reads. @param namespace of those that do not say it */
export function parseAll(manifests: readonly ManifestObject[], namespace: string): readonly KubernetesObject[] {
  return manifests.flatMap(({ written }) => objectOf(written, namespace) ?? []);
}

/** Each once; cluster-scoped objects are in none. */
export function namespacesOf(objects: readonly KubernetesObject[]): readonly string[] {
  return [...new Set(objects.map(({ metadata }) => metadata.namespace))].filter((namespace) => namespace !== '');
}
