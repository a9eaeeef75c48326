import type { RuleFinding } from '../judge/finding.ts';
import { set } from '../judge/fix.ts';
import { inheritsWrongType } from '../judge/inherited-type.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';

export const healthCheckTypeInherited = defineRule({
  id: 'health-check-type-inherited',
  judges: ['BackendConfig'],
  severity: 'warning',
  summary: 'A BackendConfig moves the health check to a port of plain HTTP, and it goes on speaking HTTPS or HTTP2.',
  why: 'Without spec.healthCheck.type the check has the protocol of the Service port, on whichever port it asks. A readiness probe shows that the other port speaks plain HTTP: every check fails there, and the backend is UNHEALTHY.',
  fix: 'Set spec.healthCheck.type to what the port of the check speaks.',
  covers: ['R1', 'R14'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#direct_health'],
  check: { Backend: findInherited },
});

function findInherited({ plan, backend, service }: BackendContext): readonly RuleFinding[] {
  const { backendConfig, group, protocol, servicePort, error } = backend;
  if (plan === undefined || servicePort === undefined || error !== undefined) return [];
  if (backendConfig.state !== 'found') return [];
  const config = backendConfig.object;
  const port = config.healthCheck?.port;
  if (port === undefined) return [];
  const asked = group === 'neg' ? port : service.ports.find(({ nodePort }) => nodePort === port)?.targetPort;
  if (!inheritsWrongType(backend, asked)) return [];
  const { name } = service.metadata;
  return [
    {
      owner: config,
      path: ['spec', 'healthCheck', 'port'],
      message: `without a type the check of port ${port} is ${protocol}, as port ${servicePort.port} of Service "${name}" is, but the readiness probe asks it in plain HTTP.`,
      fix: [set(config, ['spec', 'healthCheck', 'type'], 'HTTP')],
      identity: `${name}:${servicePort.port}`,
    },
  ];
}
