// The cluster that `serve` lives in: its connection and its live view, loaded only where there is one to look at.
import type { Logger } from 'pino';
import type { ClusterConnection } from '../../cluster/api/connection.ts';
import type { LiveView, LiveViewOptions } from '../../cluster/view/live-view.ts';
import { AppError } from '../../errors.ts';
import { LEARNED_CONFIG_MAP } from '../../learned/learned.ts';
import type { Metrics } from '../../server/metrics.ts';

export interface ServedClusterOptions {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly configMaps: readonly string[];
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'watchRestarted'>;
  /** Whether what was learned of apps is followed too. */
  readonly learned?: boolean;
  /** Called at each change of what the view keeps. */
  readonly onChange?: LiveViewOptions['onChange'];
}

export interface ServedCluster {
  readonly connection: ClusterConnection;
  readonly view: LiveView;
  /** As long as the view comes in, within bounds: an API server that is away must not keep the guard from answering. */
  whyNotReady(): string | undefined;
  stop(): Promise<void>;
}

/** From then on the guard serves with what it knows, and without what it does not. */
const READY_WITHIN_MS = 10_000;

/** @throws AppError cluster-unreachable where it is not known which cluster; an unreachable API server does not delay the start */
export async function startServedCluster(options: ServedClusterOptions): Promise<ServedCluster> {
  const { kubeconfig, context, configMaps, logger, metrics } = options;
  // @kubernetes/client-node takes a second to load.
  const { connect } = await import('../../cluster/api/connection.ts');
  const { startLiveView } = await import('../../cluster/view/live-view.ts');
  const connection = connectOrSayHow(() => connect({ kubeconfig, context }));
  const view = startLiveView(connection, {
    configMaps,
    logger,
    onRestart: metrics.watchRestarted,
    onChange: options.onChange,
    ownConfigMap: options.learned === true ? { namespace: connection.namespace, name: LEARNED_CONFIG_MAP } : undefined,
  });
  const startedAtMs = performance.now();
  logger.info({ server: connection.server, context: connection.context }, 'looking at the cluster');
  return {
    connection,
    view,
    whyNotReady: () => (performance.now() - startedAtMs < READY_WITHIN_MS ? view.whyNotSynced() : undefined),
    stop: async () => {
      await view.stop();
      connection.close();
    },
  };
}

function connectOrSayHow<T>(connectNow: () => T): T {
  try {
    return connectNow();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const detail = `${error.detail} Name one with --kubeconfig, or serve without a cluster with --no-cluster.`;
    throw new AppError(error.code, detail, { cause: error });
  }
}
