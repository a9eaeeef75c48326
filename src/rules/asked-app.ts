// Which known app Google's health check reaches, and what it answers there: shared by the rules about answers that are
// not 200. Behind Ingresses the check is the plan's; on its own a workload is asked what its own probe would become.
import type { Container, PortReference, Workload } from '../kubernetes/objects.ts';
import type { AppAnswer } from '../plan/app.ts';
import type { BackendPlan } from '../plan/backend.ts';
import { findBackendConfig } from '../plan/backend-config.ts';
import type { HealthCheck } from '../plan/health-check.ts';
import { chooseProbe } from '../plan/probe.ts';
import { protocolOf } from '../plan/protocol.ts';
import type { FieldPath, WorkloadContext } from './rule.ts';

export interface AskedApp {
  readonly container: Container;
  readonly answer: AppAnswer;
  readonly path: string;
  /** Where the check comes from. */
  readonly source: HealthCheck['source'];
  /** As the beginning of a sentence, such as `behind Ingress "web"`. */
  readonly when: string;
}

type IsWanted = (answer: AppAnswer) => boolean;

export const ALONE = 'behind a GKE Ingress';

/** Where no backend gets as far as a health check (its Service is unknown, or fails), the workload stands alone. */
export function isAlone({ uses }: WorkloadContext): boolean {
  return !uses.some(({ backend }) => backend.healthCheck !== undefined);
}

/** The first of the workload's containers that a health check reaches and that answers so. */
export function findAskedApp(context: WorkloadContext, isWanted: IsWanted): AskedApp | undefined {
  return isAlone(context) ? findAlone(context, isWanted) : findBehindIngresses(context, isWanted);
}

/** What the health check of each Ingress's backend gets from this workload. */
function findBehindIngresses(context: WorkloadContext, isWanted: IsWanted): AskedApp | undefined {
  for (const { plan, backend } of context.uses) {
    if (backend.healthCheck === undefined || !backend.healthCheck.isCertain) continue;
    const { check } = backend.healthCheck;
    const port = askedPort(backend, check);
    // A transparent check is answered by the node, for the Pod's readiness.
    if (check.protocol !== 'HTTP' || check.source === 'transparent' || port === undefined) continue;
    const asked = askContainers(context, port, check.path, isWanted);
    if (asked === undefined) continue;
    return { ...asked, path: check.path, source: check.source, when: `behind Ingress "${plan.ingress.metadata.name}"` };
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
function findAlone(context: WorkloadContext, isWanted: IsWanted): AskedApp | undefined {
  const { workload } = context;
  for (const container of workload.containers) {
    const probePort = container.readinessProbe?.httpGet?.port;
    if (probePort === undefined) continue;
    const { adopted } = chooseProbe([{ ...workload, containers: [container] }], probePort, 'HTTP');
    if (adopted === undefined || isAskedOtherwise(context, container, probePort)) continue;
    const { path } = adopted.httpGet;
    const asked = askContainers(context, probePort, path, isWanted);
    if (asked !== undefined) return { ...asked, path, source: 'readinessProbe', when: ALONE };
  }
  return undefined;
}

/** Whether every Service port in front speaks TLS to the Pod, or has a BackendConfig that says what is checked. */
export function isAskedOtherwise(
  { services, snapshot }: WorkloadContext,
  container: Container,
  port: PortReference,
): boolean {
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

type Asked = Pick<AskedApp, 'container' | 'answer'>;

/** Asks the container that declares the port, else whichever known app would listen on it. */
function askContainers(
  context: WorkloadContext,
  port: PortReference,
  path: string,
  isWanted: IsWanted,
): Asked | undefined {
  const { workload, apps, snapshot } = context;
  const declaring = workload.containers.filter((container) => declares(container, port));
  // A port by a name that nobody declares has no endpoints; a number may be open without being declared.
  const candidates = declaring.length > 0 || typeof port === 'string' ? declaring : workload.containers;
  for (const container of candidates) {
    const answer = apps.answerOf(workload, container, { port: numberOf(container, port), path }, snapshot);
    if (answer !== undefined && isWanted(answer)) return { container, answer };
  }
  return undefined;
}

function declares(container: Container, port: PortReference): boolean {
  return container.ports.some((declared) => declared.containerPort === port || declared.name === port);
}

export function numberOf(container: Container, port: PortReference): number | undefined {
  return typeof port === 'number' ? port : container.ports.find(({ name }) => name === port)?.containerPort;
}

/** The probe where it is what asks, else the container. */
export function fieldPathOf(workload: Workload, { container, source }: AskedApp): FieldPath {
  const path = [...workload.podSpecPath, 'containers', workload.containers.indexOf(container)];
  return source === 'readinessProbe' && container.readinessProbe !== undefined
    ? [...path, 'readinessProbe', 'httpGet']
    : path;
}
