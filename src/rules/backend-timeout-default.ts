import type { RuleFinding } from '../judge/finding.ts';
import { advise, type Remedy, set } from '../judge/fix.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import type { ServicePort } from '../kubernetes/objects.ts';
import { BACKEND_CONFIG } from '../plan/annotation-keys.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';

export const backendTimeoutDefault = defineRule({
  id: 'backend-timeout-default',
  judges: ['Service'],
  severity: 'info',
  summary: 'A WebSocket or gRPC backend of a GKE Ingress has the default timeout of 30 seconds.',
  why: 'For a WebSocket the timeout is how long the connection may be open at all, idle or not; for a gRPC stream, how long it may run. Google ends both after 30 seconds unless a BackendConfig says otherwise.',
  fix: 'Set spec.timeoutSec in a BackendConfig of the port.',
  covers: [],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb'],
  check: { Backend: findDefault },
});

function findDefault({ service, backend, plan }: BackendContext): readonly RuleFinding[] {
  const { servicePort: port, group, features } = backend;
  if (plan === undefined || port === undefined || group === undefined) return [];
  const stream = streamOf(port);
  if (stream === undefined || features.timeoutSec.source !== 'default') return [];
  return [
    {
      path: ['spec', 'ports', service.ports.indexOf(port)],
      message: `port ${port.port}${port.name && ` ("${port.name}")`} looks like ${stream}, and Google ends a ${stream === 'gRPC' ? 'stream' : 'connection'} after the default of ${features.timeoutSec.value} s.`,
      fix: [remedy(backend)],
      isCertain: false,
      identity: port.name || String(port.port),
    },
  ];
}

/** An hour: what people set for connections that stay open. */
const LONG_TIMEOUT_SEC = 3600;

function remedy({ backendConfig }: BackendPlan): Remedy {
  return backendConfig.state === 'found'
    ? set(backendConfig.object, ['spec', 'timeoutSec'], LONG_TIMEOUT_SEC, 'or as long as a connection may last')
    : advise(`Name a BackendConfig with spec.timeoutSec in ${BACKEND_CONFIG[0]}`);
}

/** Port names and appProtocol are all that manifests say of it. */
function streamOf({ name, appProtocol }: ServicePort): 'gRPC' | 'WebSocket' | undefined {
  const words = `${name}-${appProtocol.replace(/^kubernetes\.io\//, '')}`.toLowerCase().split(/[^a-z0-9]+/);
  if (words.some((word) => word === 'grpc' || word === 'grpcs')) return 'gRPC';
  return words.some((word) => ['ws', 'wss', 'websocket', 'websockets'].includes(word)) ? 'WebSocket' : undefined;
}
