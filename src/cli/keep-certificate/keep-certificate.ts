// `keep-certificate`: makes and renews what `serve --self-signed` serves with, and keeps both caBundles. It alone may write, and
// listens on nothing (docs/adr/0024).
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { connect } from '../../cluster/api/connection.ts';
import { runWhileLeading } from '../../cluster/lease/leader-election.ts';
import { Keeper } from '../../self-signed/keeper.ts';
import { createLogger } from '../../server/log.ts';
import { type ElectionWords, electionLog } from '../election-log.ts';
import { EXIT, type ExitCode, type Io } from '../io.ts';

export interface KeepCertificateOptions {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** Left out, the namespace of the Pod. */
  readonly namespace: string | undefined;
  /** Names the Service, the webhook configurations and the Lease; the Secret is NAME-tls. */
  readonly serviceName: string;
}

/** Runs until a signal ends it. @throws AppError cluster-unreachable where it is not known which cluster is meant */
export async function keepCertificate(options: KeepCertificateOptions, io: Io): Promise<ExitCode> {
  const { kubeconfig, context, serviceName: service } = options;
  const logger = createLogger(io.out);
  const connection = connect({ kubeconfig, context });
  const names = { namespace: options.namespace ?? connection.namespace, service };
  const keeper = new Keeper({ connection, names, logger });
  const stopped = new AbortController();
  const election = {
    connection,
    lease: { namespace: names.namespace, name: service },
    identity: `${hostname()}_${randomUUID()}`,
    onEvent: electionLog(logger, WORDS),
  };
  // Before anybody can see that it runs, or a signal right after would end it at once.
  const terminated = io.terminated();
  const running = Promise.all([
    keeper.run(stopped.signal),
    runWhileLeading(election, (signal) => keeper.lead(signal), stopped.signal),
  ]);
  logger.info({ server: connection.server, ...names }, 'keeping the certificate');
  logger.info({ signal: await terminated }, 'signal received');
  // Gives the Lease up, so that another leads at once.
  stopped.abort();
  await running;
  connection.close();
  logger.info('stopped');
  return EXIT.clean;
}

const WORDS: ElectionWords = {
  leads: 'this replica leads',
  leadsNoLonger: 'this replica no longer leads',
  follows: 'another replica leads',
  fails: 'the Lease cannot be read or written; another may lead',
  workFails: 'the work of the leader failed',
};
