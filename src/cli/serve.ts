// `serve`: the webhook, until a signal ends it.
import { pino } from 'pino';
import type { Corridor } from '../admission/admit.ts';
import { type Facts, NO_FACTS } from '../facts/facts.ts';
import { RULES } from '../rules/index.ts';
import { createMetrics } from '../server/metrics.ts';
import { startServer } from '../server/server.ts';
import { loadKeyPair } from '../server/tls.ts';
import { emptySnapshot } from '../snapshot/snapshot.ts';
import { EXIT, type ExitCode, type Io, today } from './io.ts';
import {
  loadFactsFile,
  loadPolicyFiles,
  type PolicyFiles,
  watchFacts,
  watchKeyPair,
  watchPolicy,
} from './watched-files.ts';

export interface ServeOptions {
  readonly bindAddress: string;
  readonly port: number;
  readonly healthPort: number;
  readonly tlsDir: string;
  readonly facts: string | undefined;
  readonly policy: string | undefined;
  /** False is --no-cluster: facts from the file only, no watches. */
  readonly cluster: boolean;
  readonly drainSeconds: number;
}

/** @throws AppError where it cannot start */
export async function serve(options: ServeOptions, io: Io): Promise<ExitCode> {
  const logger = pino({ level: 'info' }, { write: io.out });
  const factsFile = options.facts === undefined ? undefined : loadFactsFile(options.facts);
  let facts = factsFile?.facts ?? NO_FACTS;
  let policyFiles = loadPolicyFiles(options.policy);
  const keyPair = loadKeyPair(options.tlsDir);
  const snapshot = emptySnapshot();
  const corridor = (): Corridor => ({ rules: RULES, ...policyFiles.loaded, facts, snapshot, today: today() });
  // Nothing is watched yet, so no object of the cluster is known.
  const metrics = createMetrics({ facts: () => facts, snapshotObjects: () => ({}), clock: Date.now });
  const { bindAddress: host } = options;
  // Before anybody can see that it serves, or a signal right after would end it at once.
  const terminated = io.terminated();
  const server = await startServer({
    webhook: { host, port: options.port },
    health: { host, port: options.healthPort },
    keyPair,
    corridor,
    logger,
    metrics,
  });
  const onState = (what: string) => (isUsable: boolean) => metrics.usable(what, isUsable);
  watchKeyPair(options.tlsDir, keyPair, logger, server.renew, { onState: onState('certificate') });
  if (factsFile !== undefined) {
    const onChange = (fresh: Facts): void => {
      facts = fresh;
    };
    watchFacts(factsFile, logger, onChange, { onState: onState('facts') });
  }
  if (options.policy !== undefined) {
    const onChange = (fresh: PolicyFiles): void => {
      policyFiles = fresh;
    };
    watchPolicy(options.policy, policyFiles, logger, onChange, { onState: onState('policy') });
  }
  if (options.cluster) {
    logger.warn('this version does not watch the cluster: each object is judged by itself, as with --no-cluster');
  }
  logger.info({ webhook: server.webhook, health: server.health, rules: RULES.length }, 'serving');
  logger.info({ signal: await terminated }, 'signal received');
  await server.stop(options.drainSeconds * 1000);
  logger.info('stopped');
  return EXIT.clean;
}
