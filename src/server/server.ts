// The running guard: both listeners, readiness, and the way down (not ready at once, serving on while endpoints are
// being taken out of rotation, then closing).
import type { Logger } from 'pino';
import type { Corridor } from '../admission/admit.ts';
import type { RankedFinding } from '../verdict/verdict.ts';
import { createApp } from './app.ts';
import { createHealthApp } from './health.ts';
import { type Address, listenHttp, listenHttps } from './listen.ts';
import type { Metrics } from './metrics.ts';
import type { KeyPair } from './tls.ts';

/** From the signal to the end; Kubernetes kills at its default of 30 s. */
const SHUTDOWN_LIMIT_MS = 28_000;
/** Left for requests that are running when the listener closes. */
const CLOSING_MS = 3000;

export interface ServerOptions {
  readonly webhook: Address;
  readonly health: Address;
  readonly keyPair: KeyPair;
  readonly corridor: () => Corridor;
  readonly onFinding?: ((found: RankedFinding) => void) | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Why it should not be sent requests yet, or undefined; left out, it is ready as soon as it listens. */
  readonly whyNotReady?: () => string | undefined;
}

export interface RunningServer {
  readonly webhook: Address;
  readonly health: Address;
  /** New connections get this certificate; those that there are keep theirs. */
  readonly renew: (keyPair: KeyPair) => void;
  /** @param drainMs how long the listener stays open and serving after the server has become not ready */
  stop(drainMs: number): Promise<void>;
}

/** @throws AppError port-unavailable */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { logger, metrics, keyPair } = options;
  let isDraining = false;
  metrics.certificateExpires(keyPair.expiresAtMs);
  const app = createApp({
    corridor: options.corridor,
    onFinding: options.onFinding,
    logger,
    metrics,
    clock: () => performance.now(),
    isDraining: () => isDraining,
  });
  const webhook = await listenHttps(app, keyPair, options.webhook, {
    rejected: (code) => metrics.rejected(code),
    handshakeFailed: (error, client) => {
      metrics.rejected('tls-handshake');
      logger.warn(
        { client, reason: error.message },
        'a client broke off TLS; does caBundle name the authority of tls.crt?',
      );
    },
  });
  const whyNotReady = (): string | undefined => (isDraining ? 'it is shutting down' : options.whyNotReady?.());
  const health = await listenHttp(createHealthApp({ whyNotReady, metrics }), options.health).catch(
    async (error: unknown) => {
      await webhook.close(0);
      throw error;
    },
  );
  const stop = async (drainMs: number): Promise<void> => {
    isDraining = true;
    const drain = Math.min(drainMs, SHUTDOWN_LIMIT_MS - CLOSING_MS);
    logger.info({ drainMs: drain }, 'shutting down: not ready, still serving');
    await new Promise((resolve) => setTimeout(resolve, drain));
    await webhook.close(SHUTDOWN_LIMIT_MS - drain);
    await health.close(0);
  };
  const renew = (fresh: KeyPair): void => {
    webhook.renew(fresh);
    metrics.certificateExpires(fresh.expiresAtMs);
  };
  return { webhook: webhook.address, health: health.address, renew, stop };
}
