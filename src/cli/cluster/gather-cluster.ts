// What a command knows of the cluster when it begins: its facts, and what it reads there. Both at once, for Google may take
// its time to answer.
import type { ControllerFlags, Facts } from '../../facts/facts.ts';
import { NO_FACTS } from '../../facts/facts.ts';
import type { Io } from '../io.ts';
import { type ClusterReader, type LiveOptions, openClusterReader } from './cluster-reader.ts';
import { type FactSources, type GatheredFacts, gatherFacts, problemLine, readFacts } from './gather-facts.ts';

export interface ClusterSources extends FactSources {
  /** undefined: the cluster is not asked. */
  readonly live: LiveOptions | undefined;
}

export interface GatheredCluster<T> {
  readonly gathered: GatheredFacts;
  readonly facts: Facts;
  /** What was read of the cluster; undefined where it was not asked. */
  readonly live: T | undefined;
  /** Of the kubeconfig; undefined in a Pod, and where the cluster was not asked. */
  readonly context: string | undefined;
}

/**
 * Who cannot be asked for facts is said on stderr.
 *
 * @param read what else is wanted of the cluster, by what the facts file says of its controller
 * @param isHere whether the metadata server of this machine tells which cluster is meant
 * @throws AppError facts-invalid, file-unreadable, cluster-unreachable
 */
export async function gatherCluster<T>(
  options: ClusterSources,
  io: Io,
  read: (live: ClusterReader, controller: ControllerFlags) => Promise<T>,
  isHere = options.live !== undefined && (io.isInPod ?? false),
): Promise<GatheredCluster<T>> {
  const file = readFacts(options.facts);
  const cluster = options.live === undefined ? undefined : await openClusterReader(options.live, io);
  try {
    const [gathered, live] = await Promise.all([
      gatherFacts(options, file, { connection: cluster?.connection, isHere }),
      cluster === undefined ? undefined : read(cluster, (file ?? NO_FACTS).controller),
    ]);
    for (const problem of gathered.problems) io.err(problemLine(problem));
    return { gathered, facts: gathered.facts, live, context: cluster?.connection.context };
  } finally {
    cluster?.connection.close();
  }
}
