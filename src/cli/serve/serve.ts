// `serve`: the webhook, until a signal ends it.
import type { Logger } from 'pino';
import { selfTest } from '../../admission/self-test.ts';
import { ViewChanges } from '../../audit/view-changes.ts';
import type { ClusterConnection } from '../../cluster/api/connection.ts';
import { AppError } from '../../errors.ts';
import { type Facts, NO_FACTS } from '../../facts/facts.ts';
import type { ObjectName } from '../../kubernetes/field-path.ts';
import { GUARD_NAMESPACE, isLearnedStore } from '../../learned/learned.ts';
import { RULES } from '../../rules/index.ts';
import { loadClientCa } from '../../server/client-check.ts';
import { createLogger } from '../../server/log.ts';
import { createMetrics, type Metrics } from '../../server/metrics.ts';
import { type ServerOptions, startServer } from '../../server/server.ts';
import { emptySnapshot } from '../../snapshot/snapshot.ts';
import type { Corridor } from '../../verdict/corridor.ts';
import { EXIT, type ExitCode, type Io } from '../io.ts';
import { type Certificate, mountedCertificate } from './certificate.ts';
import { type ClusterFactsOptions, feedClusterFacts } from './cluster-facts.ts';
import { createCorridor } from './current-corridor.ts';
import type { SelfSignedOptions } from './self-signed.ts';
import { type ServedCluster, type ServedClusterOptions, startServedCluster } from './served-cluster.ts';
import {
  loadFactsFile,
  loadPolicyFiles,
  type PolicyFiles,
  watchClientCa,
  watchFacts,
  watchPolicy,
} from './watched-files.ts';

export interface ServeOptions extends ClusterFactsOptions {
  readonly bindAddress: string;
  readonly port: number;
  readonly healthPort: number;
  readonly tlsDir: string;
  readonly tlsMinVersion: ServerOptions['tlsMinVersion'];
  /** Instead of tlsDir: a certificate of the guard's own authority. */
  readonly selfSigned: SelfSignedOptions | undefined;
  /** PEM file; undefined lets every client call that reaches the port. */
  readonly clientCa: string | undefined;
  readonly clientNames: readonly string[];
  readonly facts: string | undefined;
  readonly policy: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly drainSeconds: number;
  /** Whether what is stored is judged too. */
  readonly audit: boolean;
  /** Whether it is written into reports, beside Events. */
  readonly auditReports: boolean;
  /** Whether what workloads mount of ConfigMaps is read for it. */
  readonly auditMountedConfig: boolean;
  /** Milliseconds. */
  readonly auditInterval: number;
  /** Whether what was learned of apps in this cluster counts. */
  readonly learned: boolean;
  /** Instead of serving: whom the asker asks. */
  readonly ask: 'pods' | 'nobody' | undefined;
  /** Milliseconds. */
  readonly askInterval: number;
}

/** @throws AppError where it cannot start */
export async function serve(options: ServeOptions, io: Io): Promise<ExitCode> {
  const logger = createLogger(io.out);
  const { bindAddress: host, tlsMinVersion } = options;
  const factsFile = options.facts === undefined ? undefined : loadFactsFile(options.facts);
  let declared = factsFile?.facts;
  let policyFiles = loadPolicyFiles(options.policy);
  const mounted = options.selfSigned === undefined ? mountedCertificate(options.tlsDir, logger) : undefined;
  const clientCa = options.clientCa === undefined ? undefined : loadClientCa(options.clientCa, Date.now());
  let cluster: ServedCluster | undefined;
  const metrics = createMetrics({
    facts: () => facts.current(),
    snapshot: () => cluster?.view.kinds() ?? [],
    clock: Date.now,
  });
  const isEverybodys = (object: ObjectName): boolean =>
    isDefaultBackend(object, declared) || isLearnedStore(object, cluster?.connection.namespace ?? GUARD_NAMESPACE);
  const changes = options.audit ? new ViewChanges(isEverybodys) : undefined;
  const { configMaps } = policyFiles.loaded;
  cluster = await clusterOf(options, {
    configMaps,
    logger,
    metrics,
    learned: options.learned,
    onChange: changes?.note,
  });
  const { view, connection } = cluster ?? {};
  const facts = feedClusterFacts({ options, file: () => declared, view, connection, logger, metrics });
  const certificate = mounted ?? (await selfSignedOf(options, connection, logger));
  const snapshot = view?.snapshot ?? emptySnapshot();
  const learnedIn = options.learned ? connection?.namespace : undefined;
  const corridor = createCorridor({ loaded: () => policyFiles.loaded, facts: facts.current, snapshot, learnedIn });
  const engineFault = selfTest(corridor());
  if (engineFault !== undefined)
    logger.error({ reason: engineFault }, 'the engine does not work; it never becomes ready');
  const stopSources = async (): Promise<void> => {
    facts.stop();
    await certificate.stop();
    await cluster?.stop();
  };
  // Before anybody can see that it serves, or a signal right after would end it at once.
  const terminated = io.terminated();
  const server = await startServer({
    webhook: { host, port: options.port },
    health: { host, port: options.healthPort },
    keyPair: certificate.initial,
    tlsMinVersion,
    clients: clientCa === undefined ? undefined : { ca: clientCa, names: options.clientNames },
    corridor,
    onFinding: facts.found,
    logger,
    metrics,
    whyNotReady: () => engineFault ?? certificate.whyNotReady() ?? cluster?.whyNotReady(),
  }).catch(async (error: unknown) => {
    await stopSources();
    throw error;
  });
  const onState = (what: string) => (isUsable: boolean) => metrics.usable(what, isUsable);
  certificate.start({ onPair: server.renew, onState: onState('certificate') });
  if (options.clientCa !== undefined && clientCa !== undefined) {
    watchClientCa(options.clientCa, clientCa, logger, server.renewClientCa, { onState: onState('client-ca') });
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
      view?.followConfigMaps(fresh.loaded.configMaps);
    };
    watchPolicy(options.policy, policyFiles, logger, onChange, { onState: onState('policy') });
  }
  const stopAudit = await startAudit(options, { cluster, changes, corridor, logger, metrics });
  logger.info({ webhook: server.webhook, health: server.health, rules: RULES.length }, 'serving');
  logger.info({ signal: await terminated }, 'signal received');
  // Another replica leads while this one drains.
  await Promise.all([certificate.stop(), stopAudit(), server.stop(options.drainSeconds * 1000)]);
  await stopSources();
  logger.info('stopped');
  return EXIT.clean;
}

/** undefined for --no-cluster. @throws AppError cluster-unreachable where it is not known which cluster is meant */
async function clusterOf(
  { cluster, kubeconfig, context }: ServeOptions,
  more: Omit<ServedClusterOptions, 'kubeconfig' | 'context'>,
): Promise<ServedCluster | undefined> {
  return cluster ? startServedCluster({ kubeconfig, context, ...more }) : undefined;
}

/** Loaded where it is asked for only. */
async function selfSignedOf(
  { selfSigned }: ServeOptions,
  connection: ClusterConnection | undefined,
  logger: Logger,
): Promise<Certificate> {
  if (selfSigned === undefined || connection === undefined) {
    throw new AppError('option-invalid', '--self-signed keeps its certificate in the cluster: leave --no-cluster out.');
  }
  const { prepareSelfSigned } = await import('./self-signed.ts');
  return prepareSelfSigned(selfSigned, connection, logger);
}

interface AuditParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly cluster: ServedCluster | undefined;
  readonly changes: ViewChanges | undefined;
  readonly corridor: () => Corridor;
}

/** Loaded where it is asked for only. @returns a function that ends it */
async function startAudit(
  { auditInterval: intervalMs, auditReports: reports, auditMountedConfig: mountedConfig }: ServeOptions,
  { cluster, changes, ...parts }: AuditParts,
): Promise<() => Promise<void>> {
  if (cluster === undefined || changes === undefined) return async () => undefined;
  const { startAuditLoop } = await import('./audit-loop.ts');
  const { connection, view } = cluster;
  return startAuditLoop({ connection, view, changes, intervalMs, reports, mountedConfig, ...parts });
}

/** Plans of every namespace may rest on it. */
function isDefaultBackend({ kind, namespace, name }: ObjectName, { controller } = NO_FACTS): boolean {
  return kind === 'Service' && `${namespace}/${name}` === controller.defaultBackendService.value;
}
