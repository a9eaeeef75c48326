// The running guard: both listeners, readiness, and the way down (not ready at once, serving on while endpoints are
// being taken out of rotation, then closing).
import type { Logger } from 'pino';
import type { Corridor } from '../verdict/corridor.ts';
import type { RankedFinding } from '../verdict/verdict.ts';
import { createApp } from './app.ts';
import { createBodyBudget } from './body-budget.ts';
import { type ClientCheck, createClientFault } from './client-check.ts';
import { listenHealth } from './health-listener.ts';
import type { Address } from './listen.ts';
import { listenHttps } from './listen-https.ts';
import { watchLoop } from './loop-watch.ts';
import type { Metrics } from './metrics.ts';
import type { TlsSettings } from './secured.ts';
import { certificateFault, type KeyPair } from './tls.ts';
import { countTurns } from './turn-metrics.ts';
import { createTurns, threadCpuMs } from './turns.ts';

/** From the signal to the end; Kubernetes kills at its default of 30 s. */
const SHUTDOWN_LIMIT_MS = 28_000;
/** Left for requests that are running when the listener closes. */
const CLOSING_MS = 3000;

export interface ServerOptions {
  readonly webhook: Address;
  readonly health: Address;
  readonly keyPair: KeyPair;
  readonly tlsMinVersion: TlsSettings['minVersion'];
  /** Who may call; left out, every client that reaches the port. */
  readonly clients?: ClientCheck | undefined;
  readonly corridor: () => Corridor;
  readonly onFinding?: ((found: RankedFinding) => void) | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** What else keeps it from being ready, asked before the certificate; left out, nothing. */
  readonly whyNotReady?: () => string | undefined;
}

export interface RunningServer {
  readonly webhook: Address;
  readonly health: Address;
  /** New connections get this certificate; existing connections keep theirs. */
  readonly renew: (keyPair: KeyPair) => void;
  /** New connections must show a certificate of these authorities; those that there are end with their next answer. */
  readonly renewClientCa: (ca: string) => void;
  /** @param drainMs how long the listener stays open and serving after the server has become not ready */
  stop(drainMs: number): Promise<void>;
}

/** @throws AppError port-unavailable */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { logger, metrics, keyPair, clients } = options;
  let isDraining = false;
  let tls: TlsSettings = { keyPair, minVersion: options.tlsMinVersion, clientCa: clients?.ca };
  metrics.certificateExpires(keyPair.expiresAtMs);
  const clientFault = clients === undefined ? undefined : createClientFault(clients.names);
  const clock = (): number => performance.now();
  const loop = watchLoop(clock);
  const turns = createTurns({ clock, cpu: threadCpuMs, onTurn: countTurns(metrics.registry) });
  const app = createApp({
    corridor: options.corridor,
    onFinding: options.onFinding,
    logger,
    metrics,
    clock,
    budget: createBodyBudget(),
    unreadMs: loop.waitedMs,
    turns,
    isDraining: () => isDraining,
    ...(clientFault && { clientFault: (socket) => clientFault(socket, Date.now()) }),
  });
  const webhook = await listenHttps(app, tls, options.webhook, {
    rejected: (code) => metrics.rejected(code),
    connecting: turns.stirred,
    handshakeFailed: (error, client) => {
      metrics.rejected('tls-handshake');
      logger.warn(
        { client, reason: error.message },
        'a client broke off TLS; does caBundle name the authority of tls.crt?',
      );
    },
  });
  const certificate = createCertificateReadiness(() => tls.keyPair, logger);
  const ownReason = (): string | undefined => options.whyNotReady?.() ?? certificate();
  const whyNotReady = (): string | undefined => (isDraining ? 'it is shutting down' : ownReason());
  const health = await listenHealth(options.health, { whyNotReady, metrics, logger }).catch(async (error: unknown) => {
    loop.stop();
    await webhook.close(0);
    throw error;
  });
  // Once without being asked, for somebody may read the log before anything probes.
  ownReason();
  const stop = async (drainMs: number): Promise<void> => {
    isDraining = true;
    const drain = Math.min(drainMs, SHUTDOWN_LIMIT_MS - CLOSING_MS);
    logger.info({ drainMs: drain }, 'shutting down: not ready, still serving');
    await new Promise((resolve) => setTimeout(resolve, drain));
    await webhook.close(SHUTDOWN_LIMIT_MS - drain);
    await health.close(0);
    loop.stop();
  };
  const change = (changes: Partial<TlsSettings>): void => {
    const fresh = { ...tls, ...changes };
    webhook.renew(fresh);
    tls = fresh;
  };
  const renew = (fresh: KeyPair): void => {
    change({ keyPair: fresh });
    metrics.certificateExpires(fresh.expiresAtMs);
  };
  const renewClientCa = (clientCa: string): void => change({ clientCa });
  return { webhook: webhook.address, health: health.address, renew, renewClientCa, stop };
}

/**
 * Not ready while the API server would refuse the certificate. All replicas serve the same one, so all of them leave the
 * Service: no endpoint fails a call as a dead certificate does, and failurePolicy decides either way. But a rollout stops
 * at its first Pod instead of replacing those that served well, and what is wrong shows where people look first, at Pods
 * that are not ready, and not only in the log of the API server, which on GKE nobody watches.
 *
 * @returns why it is not ready; the log has it once for each reason, for a probe shows its status only
 */
function createCertificateReadiness(current: () => KeyPair, logger: Logger): () => string | undefined {
  let last: string | undefined;
  const ask = (): string | undefined => {
    const fault = certificateFault(current(), Date.now());
    if (fault !== undefined && fault !== last) logger.warn({ reason: fault }, 'not ready');
    if (fault === undefined && last !== undefined) logger.info('ready again: the serving certificate is valid');
    last = fault;
    return fault;
  };
  return ask;
}
