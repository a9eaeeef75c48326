// `serve --self-signed`: the certificate by an authority of the guard's own, kept in a Secret by whichever replica leads.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { ClusterConnection } from '../../cluster/api/connection.ts';
import { type ElectionEvent, runWhileLeading } from '../../cluster/lease/leader-election.ts';
import { issueAuthority } from '../../self-signed/issue.ts';
import { Keeper } from '../../self-signed/keeper.ts';
import type { KeyPair } from '../../server/tls.ts';
import { systemReason } from '../../system-reason.ts';
import type { Certificate } from './certificate.ts';

export interface SelfSignedOptions {
  /** Left out, the namespace of the Pod. */
  readonly namespace: string | undefined;
  /** Names the Service, the webhook configurations and the Lease; the Secret is NAME-tls. */
  readonly serviceName: string;
}

export async function prepareSelfSigned(
  { namespace, serviceName }: SelfSignedOptions,
  connection: ClusterConnection,
  logger: Logger,
): Promise<Certificate> {
  const names = { namespace: namespace ?? connection.namespace, service: serviceName };
  const stopped = new AbortController();
  let keeper: Keeper | undefined;
  let running: Promise<unknown> = Promise.resolve();
  const start: Certificate['start'] = (on) => {
    const kept = new Keeper({ connection, names, logger, ...on });
    const election = {
      connection,
      lease: { namespace: names.namespace, name: serviceName },
      identity: `${hostname()}_${randomUUID()}`,
      onEvent: electionLog(logger),
    };
    keeper = kept;
    running = Promise.all([
      kept.run(stopped.signal),
      runWhileLeading(election, (signal) => kept.lead(signal), stopped.signal),
    ]);
  };
  return {
    initial: await placeholderPair(),
    whyNotReady: () => (keeper === undefined ? 'it is starting' : keeper.whyNotReady()),
    start,
    // Gives the Lease up, so that another replica leads at once.
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}

/** To listen with until the first real pair is there. Nobody trusts it, and the guard is not ready as long. */
async function placeholderPair(): Promise<KeyPair> {
  const nowMs = Date.now();
  const pair = await issueAuthority({ nowMs, lifetimeMs: 24 * 60 * 60_000 });
  // The metric must not show a certificate where there is none.
  return { ...pair, validFromMs: nowMs, expiresAtMs: nowMs };
}

function electionLog(logger: Logger): (event: ElectionEvent) => void {
  let lastReason: string | undefined;
  return (event) => {
    if (event.kind === 'failed') {
      const reason = systemReason(event.error);
      if (reason !== lastReason) logger.warn({ reason }, 'the Lease cannot be read or written; another may lead');
      lastReason = reason;
      return;
    }
    lastReason = undefined;
    if (event.kind === 'work-failed') logger.error({ err: event.error }, 'the work of the leader failed');
    else if (event.kind === 'following') logger.info({ leader: event.holder }, 'another replica leads');
    else logger.info(event.kind === 'leading' ? 'this replica leads' : 'this replica no longer leads');
  };
}
