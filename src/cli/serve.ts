// `serve`: the webhook, until a signal ends it.
import { pino } from 'pino';
import type { Corridor } from '../admission/admit.ts';
import type { Facts } from '../facts/facts.ts';
import { RULES } from '../rules/index.ts';
import { loadClientCa } from '../server/client-check.ts';
import { createMetrics } from '../server/metrics.ts';
import { type ServerOptions, startServer } from '../server/server.ts';
import { loadKeyPair } from '../server/tls.ts';
import { emptySnapshot } from '../snapshot/snapshot.ts';
import { type ClusterFactsOptions, feedClusterFacts } from './cluster-facts.ts';
import { EXIT, type ExitCode, type Io, today } from './io.ts';
import { type LiveCluster, startLiveCluster } from './live-cluster.ts';
import {
  loadFactsFile,
  loadPolicyFiles,
  type PolicyFiles,
  watchClientCa,
  watchFacts,
  watchKeyPair,
  watchPolicy,
} from './watched-files.ts';

export interface ServeOptions extends ClusterFactsOptions {
  readonly bindAddress: string;
  readonly port: number;
  readonly healthPort: number;
  readonly tlsDir: string;
  readonly tlsMinVersion: ServerOptions['tlsMinVersion'];
  /** PEM file; undefined lets every client call that reaches the port. */
  readonly clientCa: string | undefined;
  readonly clientNames: readonly string[];
  readonly facts: string | undefined;
  readonly policy: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly drainSeconds: number;
}

/** @throws AppError where it cannot start */
export async function serve(options: ServeOptions, io: Io): Promise<ExitCode> {
  const logger = pino({ level: 'info' }, { write: io.out });
  const factsFile = options.facts === undefined ? undefined : loadFactsFile(options.facts);
  let declared = factsFile?.facts;
  let policyFiles = loadPolicyFiles(options.policy);
  const keyPair = loadKeyPair(options.tlsDir);
  const { clientCa: clientCaFile, clientNames: names, tlsMinVersion } = options;
  const clientCa = clientCaFile === undefined ? undefined : loadClientCa(clientCaFile, Date.now());
  let cluster: LiveCluster | undefined;
  const metrics = createMetrics({
    facts: () => facts.current(),
    snapshot: () => cluster?.view.kinds() ?? [],
    clock: Date.now,
  });
  const { kubeconfig, context, bindAddress: host } = options;
  if (options.cluster) {
    const { configMaps } = policyFiles.loaded;
    cluster = await startLiveCluster({ kubeconfig, context, configMaps, logger, metrics });
  }
  const snapshot = cluster?.view.snapshot ?? emptySnapshot();
  const sources = { options, file: () => declared, view: cluster?.view, connection: cluster?.connection };
  const facts = feedClusterFacts({ ...sources, logger, metrics });
  const corridor = (): Corridor => ({
    rules: RULES,
    ...policyFiles.loaded,
    facts: facts.current(),
    snapshot,
    today: today(),
  });
  // Before anybody can see that it serves, or a signal right after would end it at once.
  const terminated = io.terminated();
  const server = await startServer({
    webhook: { host, port: options.port },
    health: { host, port: options.healthPort },
    keyPair,
    tlsMinVersion,
    clients: clientCa === undefined ? undefined : { ca: clientCa, names },
    corridor,
    onFinding: facts.found,
    logger,
    metrics,
    whyNotReady: () => cluster?.whyNotReady(),
  }).catch(async (error: unknown) => {
    facts.stop();
    await cluster?.stop();
    throw error;
  });
  const onState = (what: string) => (isUsable: boolean) => metrics.usable(what, isUsable);
  watchKeyPair(options.tlsDir, keyPair, logger, server.renew, { onState: onState('certificate') });
  if (clientCaFile !== undefined && clientCa !== undefined) {
    watchClientCa(clientCaFile, clientCa, logger, server.renewClientCa, { onState: onState('client-ca') });
  }
  if (factsFile !== undefined) {
    const onChange = (fresh: Facts): void => {
      declared = fresh;
    };
    watchFacts(factsFile, logger, onChange, { onState: onState('facts') });
  }
  if (options.policy !== undefined) {
    const onChange = (fresh: PolicyFiles): void => {
      policyFiles = fresh;
      cluster?.view.followConfigMaps(fresh.loaded.configMaps);
    };
    watchPolicy(options.policy, policyFiles, logger, onChange, { onState: onState('policy') });
  }
  logger.info({ webhook: server.webhook, health: server.health, rules: RULES.length }, 'serving');
  logger.info({ signal: await terminated }, 'signal received');
  await server.stop(options.drainSeconds * 1000);
  facts.stop();
  await cluster?.stop();
  logger.info('stopped');
  return EXIT.clean;
}
