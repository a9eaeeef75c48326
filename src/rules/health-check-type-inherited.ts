import type { RuleFinding } from '../judge/finding.ts';
import { set } from '../judge/fix.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import type { Service, Workload } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import { numberIn, pickedBy } from '../plan/serving-containers.ts';

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
  const { backendConfig, protocol, servicePort, error } = backend;
  if (plan === undefined || servicePort === undefined || error !== undefined) return [];
  if (backendConfig.state !== 'found' || protocol === undefined || protocol === 'HTTP') return [];
  const config = backendConfig.object;
  const { port, type } = config.healthCheck ?? {};
  if (port === undefined || type !== undefined) return [];
  const plain = pickedBy(service, backend.workloads).find((workload) => asksPlainly(workload, port, backend, service));
  if (plain === undefined) return [];
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

/** Whether a readiness probe asks the port of the check, which is not the serving port, by HTTP. */
function asksPlainly(workload: Workload, port: number, { group, servicePort }: BackendPlan, service: Service): boolean {
  const asked = group === 'neg' ? port : service.ports.find(({ nodePort }) => nodePort === port)?.targetPort;
  const number = numberIn(workload, asked);
  if (number === undefined || number === numberIn(workload, servicePort?.targetPort)) return false;
  return workload.containers.some(({ readinessProbe }) => {
    const httpGet = readinessProbe?.httpGet;
    return httpGet?.scheme === 'HTTP' && numberIn(workload, httpGet.port) === number;
  });
}
