// `serve --self-signed`: the certificate by an authority of the guard's own, read from the Secret that `keep-certificate` fills.
import type { Logger } from 'pino';
import type { ClusterConnection } from '../../cluster/api/connection.ts';
import { issueAuthority } from '../../self-signed/issue.ts';
import { Keeper } from '../../self-signed/keeper.ts';
import type { KeyPair } from '../../server/tls.ts';
import type { Certificate } from './certificate.ts';

export interface SelfSignedOptions {
  /** Left out, the namespace of the Pod. */
  readonly namespace: string | undefined;
  /** Names the Service and the webhook configurations; the Secret is NAME-tls. */
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
    keeper = new Keeper({ connection, names, logger, ...on });
    running = keeper.run(stopped.signal);
  };
  return {
    initial: await placeholderPair(),
    whyNotReady: () => (keeper === undefined ? 'it is starting' : keeper.whyNotReady()),
    start,
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
