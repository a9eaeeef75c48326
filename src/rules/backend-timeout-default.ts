import type { ServicePort } from '../kubernetes/objects.ts';
import { BACKEND_CONFIG } from '../plan/annotation-keys.ts';
import { defineRule, type RuleFinding, type ServiceContext } from './rule.ts';

/** What a backend service has where no BackendConfig sets timeoutSec. */
const DEFAULT_TIMEOUT_SEC = 30;

export const backendTimeoutDefault = defineRule({
  id: 'backend-timeout-default',
  judges: 'Service',
  severity: 'info',
  summary: 'A WebSocket or gRPC backend of a GKE Ingress has the default timeout of 30 seconds.',
  why: 'For a WebSocket the timeout is how long the connection may be open at all, idle or not; for a gRPC stream, how long it may run. Google ends both after 30 seconds unless a BackendConfig says otherwise.',
  fix: 'Set spec.timeoutSec in a BackendConfig of the port.',
  covers: [],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb'],
  check: findDefault,
});

function findDefault({ service, uses }: ServiceContext): readonly RuleFinding[] {
  const findings = new Map<number, RuleFinding>();
  for (const { backend } of uses) {
    const { servicePort: port, backendConfig } = backend;
    if (port === undefined || backend.group === undefined) continue;
    const stream = streamOf(port);
    if (stream === undefined || !['none', 'found'].includes(backendConfig.state)) continue;
    const config = backendConfig.state === 'found' ? backendConfig.object : undefined;
    if (config?.timeoutSec !== undefined) continue;
    const index = service.ports.indexOf(port);
    findings.set(index, {
      path: ['spec', 'ports', index],
      message: `port ${port.port}${port.name && ` ("${port.name}")`} looks like ${stream}, and Google ends a ${stream === 'gRPC' ? 'stream' : 'connection'} after the default of ${DEFAULT_TIMEOUT_SEC} s.`,
      fix:
        config === undefined
          ? `Name a BackendConfig with spec.timeoutSec in ${BACKEND_CONFIG[0]}.`
          : `Set spec.timeoutSec in BackendConfig "${config.metadata.name}".`,
      isCertain: false,
      subject: port.name || String(port.port),
    });
  }
  return [...findings.values()];
}

/** Port names and appProtocol are all that manifests say of it. */
function streamOf({ name, appProtocol }: ServicePort): 'gRPC' | 'WebSocket' | undefined {
  const words = `${name}-${appProtocol.replace(/^kubernetes\.io\//, '')}`.toLowerCase().split(/[^a-z0-9]+/);
  if (words.some((word) => word === 'grpc' || word === 'grpcs')) return 'gRPC';
  return words.some((word) => ['ws', 'wss', 'websocket', 'websockets'].includes(word)) ? 'WebSocket' : undefined;
}
