// The facts that `serve` works with: what the file, Google's API and the cluster itself say, merged when they change.
import type { Logger } from 'pino';
import type { ClusterConnection } from '../../cluster/api/connection.ts';
import { type ServerVersionReader, startServerVersionReader } from '../../cluster/api/server-version.ts';
import type { FactRefresher } from '../../cluster/gke/fact-refresher.ts';
import { evidenceOf, type Observation, observeFacts } from '../../cluster/view/observed-facts.ts';
import { type ClusterName, type Facts, NO_FACTS } from '../../facts/facts.ts';
import { type Conflict, type MergedFacts, mergeFacts } from '../../facts/merge.ts';
import type { Metrics } from '../../server/metrics.ts';
import type { RankedFinding } from '../../verdict/verdict.ts';

/** As the command line gives them. */
export interface ClusterFactsOptions {
  readonly gkeProject: string | undefined;
  readonly gkeLocation: string | undefined;
  readonly gkeCluster: string | undefined;
  readonly gkeEndpoint: string;
  /** Milliseconds. */
  readonly factsRefresh: number;
  /** Milliseconds. */
  readonly factsMaxAge: number;
  /** False is --no-gke-api. */
  readonly gkeApi: boolean;
  /** False is --no-cluster: facts from the file only. */
  readonly cluster: boolean;
}

export interface ClusterFactsInput {
  readonly options: ClusterFactsOptions;
  /** The facts of the file as they are now; undefined where there is none. */
  readonly file: () => Facts | undefined;
  readonly view: Observation['view'];
  readonly connection: Pick<ClusterConnection, 'request' | 'context' | 'namespace'> | undefined;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'factsRefreshed' | 'factConflicts'>;
}

export interface ClusterFactsFeed {
  /** Cheap enough to be asked at every review. */
  current(): Facts;
  /** Gets what a review found: a refusal for the add-on makes the facts fresh for the retry. */
  found(finding: RankedFinding): void;
  stop(): void;
}

export function feedClusterFacts(input: ClusterFactsInput): ClusterFactsFeed {
  const { options, connection } = input;
  const google = options.cluster && options.gkeApi ? startRefresher(input) : undefined;
  const server = connection === undefined ? undefined : startServerVersionReader(connection);
  return createFeed(input, google, server);
}

/** A refresher, once it is there. */
interface PendingRefresher {
  current(): FactRefresher | undefined;
  stop(): void;
}

/** Google's client takes half a second to load: the server listens before that, and who asks nobody never loads it. */
function startRefresher(input: ClusterFactsInput): PendingRefresher {
  let refresher: FactRefresher | undefined;
  let isStopped = false;
  loadRefresher(input).then(
    (loaded) => {
      refresher = loaded;
      if (isStopped) loaded.stop();
    },
    (error: unknown) => input.logger.error({ err: error }, 'the client of the GKE API cannot be loaded'),
  );
  return {
    current: () => refresher,
    stop: () => {
      isStopped = true;
      refresher?.stop();
    },
  };
}

async function loadRefresher({ options, connection, logger, metrics }: ClusterFactsInput): Promise<FactRefresher> {
  const [{ createGkeApi }, { startFactRefresher }] = await Promise.all([
    import('../../cluster/gke/gke-api.ts'),
    import('../../cluster/gke/fact-refresher.ts'),
  ]);
  const { gkeEndpoint: endpoint, factsRefresh: refreshMs } = options;
  const namespace = connection?.context === undefined ? connection?.namespace : undefined;
  const api = createGkeApi({ endpoint, names: namesOf(options), namespace });
  return startFactRefresher({ api, refreshMs, logger, onOutcome: metrics.factsRefreshed });
}

function namesOf({ gkeProject: project, gkeLocation: location, gkeCluster: name }: ClusterFactsOptions): ClusterName {
  return { project, location, name };
}

/** What is seen is as old as the last look, so that its age is right to about a second. */
const LOOK_AGAIN_MS = 1000;

function createFeed(
  { options, file, view, logger, metrics }: ClusterFactsInput,
  google: PendingRefresher | undefined,
  server: ServerVersionReader | undefined,
): ClusterFactsFeed {
  const report = createConflictReport(logger, metrics);
  const saidByGoogle = createGoogleSource(options, google);
  let merged: MergedFacts | undefined;
  let madeFrom: readonly unknown[] = [];
  let mergedAtMs = 0;
  const current = (): Facts => {
    const nowMs = Date.now();
    const [declared, said, version] = [file(), saidByGoogle(), server?.current()];
    const from = [declared, said, ...(server === undefined ? [] : evidenceOf({ view, server: version }))];
    const isSame = from.every((one, index) => one === madeFrom[index]);
    const isDue = merged === undefined || nowMs > merged.validUntilMs || Math.abs(nowMs - mergedAtMs) > LOOK_AGAIN_MS;
    if (merged !== undefined && !isDue && isSame) return merged.facts;
    const observed = server === undefined ? undefined : observeFacts({ view, server: version, nowMs });
    const sources = { file: declared, 'gke-api': said, observed };
    merged = mergeFacts(sources, { nowMs, maxAgeMs: options.factsMaxAge });
    madeFrom = from;
    mergedAtMs = nowMs;
    report(merged.conflicts);
    const { httpLoadBalancing } = merged.facts;
    // The add-on has probably been turned on a moment ago: Google's answer must not be older than necessary.
    if (httpLoadBalancing.known && httpLoadBalancing.contradictedBy !== undefined) google?.current()?.refreshSoon();
    return merged.facts;
  };
  return {
    current,
    found: ({ finding }) => {
      const addOn = merged?.facts.httpLoadBalancing;
      const isDeclared = addOn?.known === true && addOn.source === 'file';
      if (finding.rule === 'http-load-balancing-disabled' && !isDeclared) google?.current()?.refreshSoon();
    },
    stop: () => {
      google?.stop();
      server?.stop();
    },
  };
}

/** Where Google has not answered, the names that are known still complete the commands in messages. */
function createGoogleSource(options: ClusterFactsOptions, google: PendingRefresher | undefined): () => Facts {
  const given = namesOf(options);
  let named: Facts = { ...NO_FACTS, cluster: given };
  return () => {
    const refresher = google?.current();
    const facts = refresher?.facts();
    if (facts !== undefined) return facts;
    const cluster = refresher?.names() ?? given;
    if (cluster !== named.cluster) named = { ...NO_FACTS, cluster };
    return named;
  };
}

/** Each conflict is logged when it comes, and when it changes. */
function createConflictReport(
  logger: Logger,
  metrics: ClusterFactsInput['metrics'],
): (conflicts: readonly Conflict[]) => void {
  let known: ReadonlySet<string> = new Set();
  return (conflicts) => {
    metrics.factConflicts(conflicts.length);
    for (const conflict of conflicts) {
      if (!known.has(JSON.stringify(conflict))) logger.warn(conflict, 'two sources disagree; the first counts');
    }
    known = new Set(conflicts.map((conflict) => JSON.stringify(conflict)));
  };
}
