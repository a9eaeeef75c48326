import type { Container, PortReference, Workload } from '../kubernetes/objects.ts';
import type { AppAnswer } from '../plan/app.ts';
import type { BackendPlan } from '../plan/backend.ts';
import { findBackendConfig } from '../plan/backend-config.ts';
import type { HealthCheck } from '../plan/health-check.ts';
import { chooseProbe } from '../plan/probe.ts';
import { protocolOf } from '../plan/protocol.ts';
import { defineRule, type FieldPath, type RuleFinding, type WorkloadContext } from './rule.ts';

export const probeRedirectsToHttps = defineRule({
  id: 'probe-redirects-to-https',
  judges: 'Workload',
  severity: 'warning',
  summary: "Google's health check reaches an app that answers plain HTTP with a redirect to HTTPS.",
  why: 'The kubelet follows the redirect and calls the Pod Ready; Google follows none and takes only 200, so the backend is UNHEALTHY and the load balancer answers 502.',
  fix: 'Let the app answer plain HTTP with 200 on the health check path; the load balancer ends TLS.',
  covers: ['C47', 'R8'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks',
    'https://github.com/kubernetes/ingress-gce/issues/1768',
  ],
  check: (context) => {
    // Where no backend gets as far as a health check (its Service is unknown, or fails), the workload stands alone.
    const isBehind = context.uses.some(({ backend }) => backend.healthCheck !== undefined);
    const behind = isBehind ? findBehindIngresses(context) : findAlone(context);
    return behind === undefined ? [] : [behind];
  },
});

/** What the health check of each Ingress's backend gets from this workload; the first redirect is the finding. */
function findBehindIngresses(context: WorkloadContext): RuleFinding | undefined {
  const { workload } = context;
  for (const { plan, backend } of context.uses) {
    if (backend.healthCheck === undefined || !backend.healthCheck.isCertain) continue;
    const { check } = backend.healthCheck;
    const port = askedPort(backend, check);
    // A transparent check is answered by the node, for the Pod's readiness.
    if (check.protocol !== 'HTTP' || check.source === 'transparent' || port === undefined) continue;
    const asked = askContainers(context, port, check.path);
    if (asked === undefined) continue;
    return finding(workload, asked, check.path, `behind Ingress "${plan.ingress.metadata.name}" `, check.source);
  }
  return undefined;
}

/** The container port behind the check: a fixed port is that of the Pod under a NEG, and a node port otherwise. */
function askedPort({ service, servicePort, group }: BackendPlan, { port }: HealthCheck): PortReference | undefined {
  if (port === null) return servicePort?.targetPort;
  if (group === 'neg') return port;
  return service?.ports.find(({ nodePort }) => nodePort === port)?.targetPort;
}

/** On its own: the check that its own probe would become, unless every Service in front asks something else there. */
function findAlone(context: WorkloadContext): RuleFinding | undefined {
  const { workload } = context;
  for (const container of workload.containers) {
    const probePort = container.readinessProbe?.httpGet?.port;
    if (probePort === undefined) continue;
    const { adopted } = chooseProbe([{ ...workload, containers: [container] }], probePort, 'HTTP');
    if (adopted === undefined || isAskedOtherwise(context, container, probePort)) continue;
    const asked = askContainers(context, probePort, adopted.httpGet.path);
    if (asked !== undefined) {
      return finding(workload, asked, adopted.httpGet.path, 'behind a GKE Ingress ', 'readinessProbe');
    }
  }
  return undefined;
}

/** Whether every Service port in front speaks TLS to the Pod, or has a BackendConfig that says what is checked. */
function isAskedOtherwise({ services, snapshot }: WorkloadContext, container: Container, port: PortReference): boolean {
  const number = numberOf(container, port);
  const inFront = services.flatMap((service) =>
    service.ports
      .filter(({ targetPort }) => numberOf(container, targetPort) === number)
      .map((found) => ({ service, found })),
  );
  return (
    inFront.length > 0 &&
    inFront.every(({ service, found }) => {
      const protocol = protocolOf(service, found);
      if (protocol === 'HTTPS' || protocol === 'HTTP2') return true;
      const config = findBackendConfig(service, found, snapshot);
      if (config.state === 'unknown') return true;
      const check = config.state === 'found' ? config.object.healthCheck : undefined;
      return (check?.requestPath ?? check?.port) !== undefined || (check?.type ?? 'HTTP') !== 'HTTP';
    })
  );
}

interface Asked {
  readonly container: Container;
  readonly answer: AppAnswer;
}

/** Asks the container that declares the port, else whichever known app would listen on it. */
function askContainers(context: WorkloadContext, port: PortReference, path: string): Asked | undefined {
  const { workload, apps, snapshot } = context;
  const declaring = workload.containers.filter((container) => declares(container, port));
  // A port by a name that nobody declares has no endpoints; a number may be open without being declared.
  const candidates = declaring.length > 0 || typeof port === 'string' ? declaring : workload.containers;
  for (const container of candidates) {
    const answer = apps.answerOf(workload, container, { port: numberOf(container, port), path }, snapshot);
    if (answer?.redirectsToHttps) return { container, answer };
  }
  return undefined;
}

function declares(container: Container, port: PortReference): boolean {
  return container.ports.some((declared) => declared.containerPort === port || declared.name === port);
}

function numberOf(container: Container, port: PortReference): number | undefined {
  return typeof port === 'number' ? port : container.ports.find(({ name }) => name === port)?.containerPort;
}

function finding(
  workload: Workload,
  { container, answer }: Asked,
  path: string,
  when: string,
  source: HealthCheck['source'],
): RuleFinding {
  return {
    path: fieldPath(workload, container, source),
    message: `${when}Google's check GET ${path} gets ${answer.status} from ${answer.name}, not 200: UNHEALTHY.`,
    ...(answer.unless === undefined ? {} : { note: `(Unless ${answer.unless}.)` }),
    fix: answer.fix,
    isCertain: answer.unless === undefined,
    subject: container.name,
  };
}

function fieldPath(workload: Workload, container: Container, source: HealthCheck['source']): FieldPath {
  const path = [...workload.podSpecPath, 'containers', workload.containers.indexOf(container)];
  return source === 'readinessProbe' && container.readinessProbe !== undefined
    ? [...path, 'readinessProbe', 'httpGet']
    : path;
}
