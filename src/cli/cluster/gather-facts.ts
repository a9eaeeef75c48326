// The facts of a cluster for one run of a command: from the file, and from those who can be asked. Whoever cannot be asked
// is no failure: what the others say is there all the same.
import type { ClusterConnection } from '../../cluster/api/connection.ts';
import { type ClusterName, type Facts, NO_FACTS } from '../../facts/facts.ts';
import { parseFactsFile } from '../../facts/facts-file.ts';
import { type FactsBySource, type MergedFacts, mergeFacts } from '../../facts/merge.ts';
import { readFileOrThrow } from '../files/manifests.ts';

/** As the command line gives them. */
export interface FactSources {
  readonly facts: string | undefined;
  readonly gkeProject: string | undefined;
  readonly gkeLocation: string | undefined;
  readonly gkeCluster: string | undefined;
  readonly gkeEndpoint: string;
  /** False is --no-gke-api. */
  readonly gkeApi: boolean;
}

export interface AskedCluster {
  readonly connection: ClusterConnection | undefined;
  /** Whether the metadata server of this machine tells which cluster is meant, as it does in a Pod. */
  readonly isHere: boolean;
}

/** A source that could not be asked. */
interface GatherProblem {
  readonly source: 'gke-api' | 'observed';
  readonly reason: string;
  readonly hint: string;
}

export interface GatheredFacts extends MergedFacts {
  readonly problems: readonly GatherProblem[];
}

/** @throws AppError facts-invalid, file-unreadable */
export function readFacts(path: string | undefined): Facts | undefined {
  return path === undefined ? undefined : parseFactsFile(readFileOrThrow(path), path, Date.now());
}

/** @param file as readFacts has it */
export async function gatherFacts(
  options: FactSources,
  file: Facts | undefined,
  { connection, isHere }: AskedCluster,
): Promise<GatheredFacts> {
  const [google, observed] = await Promise.all([askGoogle(options, connection, isHere), observe(connection)]);
  const sources: FactsBySource = { file, 'gke-api': google.facts, observed: observed?.facts };
  // All that is here was read just now, or is declared.
  const merged = mergeFacts(sources, { nowMs: Date.now(), maxAgeMs: Number.POSITIVE_INFINITY });
  return { ...merged, problems: [google.problem, observed?.problem].filter((problem) => problem !== undefined) };
}

/** One line, which whoever reads a long answer does not miss. */
export function problemLine({ source, reason, hint }: GatherProblem): string {
  const who = source === 'gke-api' ? 'the GKE API' : 'the cluster';
  return `note: ${who} cannot be asked: ${reason.replace(/[\s.]+$/, '')}. ${hint}\n`;
}

interface Asked {
  readonly facts: Facts;
  readonly problem: GatherProblem | undefined;
}

/** For the credentials, and for the answer: a person waits for it. */
const PATIENCE_MS = 5000;

/** Where Google is not asked, or does not answer, the names that are known still complete the commands in messages. */
async function askGoogle(
  options: FactSources,
  connection: ClusterConnection | undefined,
  isHere: boolean,
): Promise<Asked> {
  const { gkeProject, gkeLocation, gkeCluster } = options;
  const ofContext = await namesOfContext(connection);
  const names: ClusterName = {
    project: gkeProject ?? ofContext?.project,
    location: gkeLocation ?? ofContext?.location,
    name: gkeCluster ?? ofContext?.name,
  };
  const named = { facts: { ...NO_FACTS, cluster: names }, problem: undefined };
  const isNamed = Object.values(names).some((part) => part !== undefined);
  if (!options.gkeApi || !(isNamed || isHere)) return named;
  const [{ createGkeApi }, { GkeApiError }] = await Promise.all([
    import('../../cluster/gke/gke-api.ts'),
    import('../../cluster/gke/gke-error.ts'),
  ]);
  const namespace = connection?.namespace;
  const api = createGkeApi({ endpoint: options.gkeEndpoint, names, namespace, timeoutMs: PATIENCE_MS });
  try {
    return { facts: await api.read(), problem: undefined };
  } catch (error) {
    if (!(error instanceof GkeApiError)) throw error;
    const hint = `${error.hint} Without Google: --no-gke-api.`;
    return { ...named, problem: { source: 'gke-api', reason: error.message, hint } };
  }
}

/** gcloud writes them into the kubeconfig. */
async function namesOfContext(connection: ClusterConnection | undefined): Promise<ClusterName | undefined> {
  if (connection === undefined) return undefined;
  const { parseGkeName } = await import('../../cluster/gke/gke-name.ts');
  return parseGkeName(connection.clusterName);
}

async function observe(connection: ClusterConnection | undefined): Promise<Asked | undefined> {
  if (connection === undefined) return undefined;
  const { observeLive } = await import('../../cluster/reading/observe-live.ts');
  const { facts, fault } = await observeLive(connection);
  if (fault === undefined) return { facts, problem: undefined };
  const hint = `Check with kubectl${connection.context === undefined ? '' : ` --context=${connection.context}`} get deployments,services --namespace=kube-system`;
  return { facts, problem: { source: 'observed', reason: fault, hint } };
}
