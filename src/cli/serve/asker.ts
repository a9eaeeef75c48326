// `serve --ask`: no webhook, but a process of its own that asks running Pods what Google's health check asks them, and keeps what they
// answer. It listens for health and metrics only, in the thread of their own that the webhook has.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type ElectionEvent, runWhileLeading } from '../../cluster/lease/leader-election.ts';
import { type Facts, NO_FACTS } from '../../facts/facts.ts';
import { RULES } from '../../rules/index.ts';
import { createAskerMetrics } from '../../server/asker-metrics.ts';
import { listenHealth } from '../../server/health-listener.ts';
import { createLogger } from '../../server/log.ts';
import type { Corridor } from '../../verdict/corridor.ts';
import { type ElectionWords, electionLog } from '../election-log.ts';
import { EXIT, type ExitCode, type Io, today } from '../io.ts';
import { Asker } from './asker-loop.ts';
import { feedClusterFacts } from './cluster-facts.ts';
import type { ServeOptions } from './serve.ts';
import { startServedCluster } from './served-cluster.ts';
import { loadFactsFile, loadPolicyFiles, type PolicyFiles, watchFacts, watchPolicy } from './watched-files.ts';

/** As deploy/components/asker grants it. */
export const ASKER_LEASE = 'gke-ingress-guard-asker';

/** It asks Google nothing. */
const NO_FACTS_METRICS = { factsRefreshed: () => undefined, factConflicts: () => undefined };

/** Runs until a signal ends it. @throws AppError where it cannot start */
export async function serveAsker(options: ServeOptions, io: Io): Promise<ExitCode> {
  const logger = createLogger(io.out);
  const factsFile = options.facts === undefined ? undefined : loadFactsFile(options.facts);
  let declared = factsFile?.facts ?? NO_FACTS;
  let policyFiles = loadPolicyFiles(options.policy);
  const terminated = io.terminated();
  const { kubeconfig, context } = options;
  const { configMaps } = policyFiles.loaded;
  const metrics = createAskerMetrics();
  const cluster = await startServedCluster({ kubeconfig, context, configMaps, logger, metrics });
  const { connection, view } = cluster;
  const file = (): Facts => declared;
  const facts = feedClusterFacts({ options, file, view, connection, logger, metrics: NO_FACTS_METRICS });
  const stopFiles = [
    ...(factsFile === undefined
      ? []
      : [
          watchFacts(factsFile, logger, (fresh) => {
            declared = fresh;
          }),
        ]),
    ...(options.policy === undefined
      ? []
      : [
          watchPolicy(options.policy, policyFiles, logger, (fresh: PolicyFiles) => {
            policyFiles = fresh;
            view.followConfigMaps(fresh.loaded.configMaps);
          }),
        ]),
  ];
  const corridor = (): Corridor => ({
    rules: RULES,
    ...policyFiles.loaded,
    facts: facts.current(),
    snapshot: view.snapshot,
    today: today(),
  });
  const asksPods = options.ask === 'pods';
  const asker = new Asker({ connection, view, corridor, intervalMs: options.askInterval, asksPods, logger, metrics });
  const { bindAddress: host, healthPort: port } = options;
  const sources = { whyNotReady: () => cluster.whyNotReady(), metrics, logger };
  const health = await listenHealth({ host, port }, sources).catch(async (error: unknown) => {
    for (const stop of stopFiles) stop();
    facts.stop();
    await cluster.stop();
    throw error;
  });
  const log = electionLog(logger, WORDS);
  const stopped = new AbortController();
  const election = {
    connection,
    lease: { namespace: connection.namespace, name: ASKER_LEASE },
    identity: `${hostname()}_${randomUUID()}`,
    onEvent: (event: ElectionEvent) => {
      if (event.kind === 'leading') metrics.leads(true);
      else if (event.kind === 'following' || event.kind === 'stopped-leading') metrics.leads(false);
      log(event);
    },
  };
  const running = runWhileLeading(election, (signal) => asker.run(signal), stopped.signal);
  logger.info({ server: connection.server, whom: options.ask, health: health.address }, 'asking');
  logger.info({ signal: await terminated }, 'signal received');
  // Gives the Lease up, so that another leads at once.
  stopped.abort();
  await running;
  for (const stop of stopFiles) stop();
  facts.stop();
  await cluster.stop();
  await health.close(0);
  logger.info('stopped');
  return EXIT.clean;
}

const WORDS: ElectionWords = {
  leads: 'this replica asks',
  leadsNoLonger: 'this replica no longer asks',
  follows: 'another replica asks',
  fails: 'the Lease of the asker cannot be read or written: this replica asks nobody',
  workFails: 'asking failed; it begins again',
};
