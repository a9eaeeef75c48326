// The facts of a cluster for one run of a command: from the file, and from those who can be asked.
import type { ClusterConnection } from '../cluster/connection.ts';
import type { ClusterName, Facts } from '../facts/facts.ts';
import { NO_FACTS } from '../facts/facts.ts';
import { type FactsBySource, type MergedFacts, mergeFacts } from '../facts/merge.ts';
import { loadFactsFile } from './watched-files.ts';

export interface GatherOptions {
  readonly facts: string | undefined;
  /** Whether the cluster of the kubeconfig, or of the Pod, is asked. */
  readonly live: boolean;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly gkeProject: string | undefined;
  readonly gkeLocation: string | undefined;
  readonly gkeCluster: string | undefined;
  readonly gkeEndpoint: string;
  readonly gkeApi: boolean;
  /** Whether the command runs in a Pod. */
  readonly isInPod: boolean;
}

/** A source that could not be asked. */
export interface GatherProblem {
  readonly source: 'gke-api' | 'observed';
  readonly reason: string;
  readonly hint: string;
}

export interface GatheredFacts extends MergedFacts {
  readonly problems: readonly GatherProblem[];
}

/** @throws AppError facts-invalid, file-unreadable, cluster-unreachable */
export async function gatherFacts(options: GatherOptions): Promise<GatheredFacts> {
  const file = options.facts === undefined ? undefined : loadFactsFile(options.facts).facts;
  const connection = options.live ? await connectTo(options) : undefined;
  try {
    const [google, observed] = await Promise.all([askGoogle(options, connection), observe(connection)]);
    const sources: FactsBySource = { file, 'gke-api': google?.facts, observed: observed?.facts };
    // All that is here was read just now, or is declared.
    const merged = mergeFacts(sources, { nowMs: Date.now(), maxAgeMs: Number.POSITIVE_INFINITY });
    return { ...merged, problems: [google?.problem, observed?.problem].filter((problem) => problem !== undefined) };
  } finally {
    connection?.close();
  }
}

async function connectTo({ kubeconfig, context }: GatherOptions): Promise<ClusterConnection> {
  const { connect } = await import('../cluster/connection.ts');
  return connect({ kubeconfig, context });
}

interface Asked {
  readonly facts: Facts;
  readonly problem: GatherProblem | undefined;
}

async function askGoogle(
  options: GatherOptions,
  connection: ClusterConnection | undefined,
): Promise<Asked | undefined> {
  const given = { project: options.gkeProject, location: options.gkeLocation, name: options.gkeCluster };
  const isNamed = Object.values(given).some((part) => part !== undefined);
  const ofContext = namesOfContext(connection?.clusterName);
  if (!options.gkeApi || !(isNamed || options.live || options.isInPod)) return undefined;
  const names = {
    project: given.project ?? ofContext?.project,
    location: given.location ?? ofContext?.location,
    name: given.name ?? ofContext?.name,
  };
  const [{ createGkeApi }, { GkeApiError }] = await Promise.all([
    import('../cluster/gke-api.ts'),
    import('../cluster/gke-error.ts'),
  ]);
  const api = createGkeApi({ endpoint: options.gkeEndpoint, names, namespace: connection?.namespace });
  try {
    return { facts: await api.read(), problem: undefined };
  } catch (error) {
    if (!(error instanceof GkeApiError)) throw error;
    const facts = { ...NO_FACTS, cluster: names };
    return { facts, problem: { source: 'gke-api', reason: error.message, hint: error.hint } };
  }
}

/** gcloud names what it writes into a kubeconfig gke_PROJECT_LOCATION_NAME; none of the three can have an underscore. */
export function namesOfContext(clusterName: string | undefined): ClusterName | undefined {
  const [, project, location, name] = /^gke_([^_]+)_([^_]+)_([^_]+)$/.exec(clusterName ?? '') ?? [];
  return name === undefined ? undefined : { project, location, name };
}

async function observe(connection: ClusterConnection | undefined): Promise<Asked | undefined> {
  if (connection === undefined) return undefined;
  const { observeLive } = await import('../cluster/observe-live.ts');
  const { facts, fault } = await observeLive(connection);
  if (fault === undefined) return { facts, problem: undefined };
  const hint = `Check with kubectl${connection.context === undefined ? '' : ` --context=${connection.context}`} get deployments,services --namespace=kube-system`;
  return { facts, problem: { source: 'observed', reason: fault, hint } };
}
