import type { Container, HttpGet, Workload } from '../kubernetes/objects.ts';
import { APP_PROTOCOLS } from '../plan/annotation-keys.ts';
import type { BackendPlan } from '../plan/backend.ts';
import { defineRule, type RuleFinding } from './rule.ts';
import { containerPath } from './serving-containers.ts';

export const probeProtocolMismatch = defineRule({
  id: 'probe-protocol-mismatch',
  judges: 'Workload',
  severity: 'warning',
  summary: 'The readiness probe speaks HTTPS where the load balancer speaks HTTP to the same port, or the reverse.',
  why: 'One of the two is wrong: the load balancer speaks HTTP unless app-protocols names the Service port, by its name. Google ignores the probe then and checks GET / in its own protocol; requests of users go the same way.',
  fix: `Let both say the same: scheme in the probe, and ${APP_PROTOCOLS[1]} on the Service.`,
  covers: ['C46', 'R14'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#https_tls_between_load_balancer_and_your_application',
    'https://github.com/kubernetes/ingress-gce/issues/105',
  ],
  // It says the same of this probe, and what to do about it.
  supersedes: ['probe-not-adopted'],
  check: ({ workload, uses }) => {
    const findings = new Map<string, RuleFinding>();
    for (const { backend } of uses) {
      const found = findMismatch(workload, backend);
      if (found?.subject !== undefined && !findings.has(found.subject)) findings.set(found.subject, found);
    }
    return [...findings.values()];
  },
});

function findMismatch(workload: Workload, backend: BackendPlan): RuleFinding | undefined {
  const { healthCheck, protocol } = backend;
  if (healthCheck === undefined || protocol === undefined || isDecidedElsewhere(backend)) return undefined;
  // A probe of another container, or of an older workload, is what Google takes.
  if (healthCheck.probes.adopted !== undefined) return undefined;
  for (const container of workload.containers) {
    const httpGet = container.readinessProbe?.httpGet;
    if (httpGet === undefined || !isOnServedPort(container, httpGet, backend)) continue;
    if ((httpGet.scheme === 'HTTPS') === (protocol !== 'HTTP')) continue;
    return toFinding(workload, container, httpGet, backend);
  }
  return undefined;
}

/** Whoever configures the check has seen to it that it works. */
function isDecidedElsewhere({ healthCheck, backendConfig }: BackendPlan): boolean {
  if (healthCheck?.isCertain === false || healthCheck?.check.source === 'transparent') return true;
  const configured = backendConfig.state === 'found' ? backendConfig.object.healthCheck : undefined;
  return configured?.requestPath !== undefined || configured?.type !== undefined;
}

function isOnServedPort({ ports }: Container, { port }: HttpGet, { servicePort }: BackendPlan): boolean {
  const target = servicePort?.targetPort;
  return ports.some(
    ({ name, containerPort }) =>
      (containerPort === target || name === target) && (containerPort === port || name === port),
  );
}

function toFinding(workload: Workload, container: Container, { scheme }: HttpGet, backend: BackendPlan): RuleFinding {
  const { serviceName, servicePort, protocol, healthCheck } = backend;
  const portName = servicePort?.name ?? '';
  const port = portName === '' ? String(servicePort?.port) : `"${portName}"`;
  return {
    path: [...containerPath(workload, container), 'readinessProbe', 'httpGet', 'scheme'],
    message: `the probe is ${scheme}, and port ${port} of Service "${serviceName}" speaks ${protocol}: Google ignores it and checks GET ${healthCheck?.check.path}.`,
    fix:
      scheme === 'HTTPS'
        ? howToSpeakTls(serviceName, portName)
        : `Set scheme: HTTPS, or take the port out of app-protocols.`,
    subject: container.name,
  };
}

function howToSpeakTls(serviceName: string, portName: string): string {
  return portName === ''
    ? `Name the Service port, and set ${APP_PROTOCOLS[1]}: '{"NAME":"HTTPS"}'`
    : `Set ${APP_PROTOCOLS[1]}: '{"${portName}":"HTTPS"}' on Service "${serviceName}".`;
}
