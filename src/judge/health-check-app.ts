// Which known app Google's health check reaches, and what it answers there: shared by the rules about answers that are
// not 200. Behind an Ingress the check is the plan's; alone a workload is asked what its own probe would become.
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { Container, PortReference, Service, ServicePort, Workload } from '../kubernetes/objects.ts';
import type { AnswerSource, AppAnswer } from '../plan/app.ts';
import { findBackendConfig } from '../plan/backend-config.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { HealthCheck } from '../plan/health-check.ts';
import { chooseProbe, hostHeader } from '../plan/probe.ts';
import { type AppProtocol, isAppProtocol, protocolOf } from '../plan/protocol.ts';
import { portsToTarget } from '../plan/service-port.ts';
import { containerPath, containersDeclaring, namesOf, numberOf, pickedBy } from '../plan/serving-containers.ts';
import type { BackendContext, SharedContext, WorkloadContext } from './rule.ts';

export interface HealthCheckApp {
  readonly workload: Workload;
  readonly container: Container;
  readonly answer: AppAnswer;
  /** The path that is asked, and the container port where it is known. */
  readonly path: string;
  readonly port: number | undefined;
  /** Of the check. */
  readonly protocol: AppProtocol;
  /** Where the check comes from. */
  readonly source: HealthCheck['source'];
  /** Whether no Ingress is known that leads there. */
  readonly isAlone: boolean;
  /**
   * Whether what is asked is settled: alone a Service or a BackendConfig may come that asks something else, and a default gives
   * way to the probe of another workload.
   */
  readonly isSettled: boolean;
}

type IsWanted = (answer: AppAnswer) => boolean;

/** Where no backend gets as far as a health check (its Service is unknown, or fails), the workload stands alone. */
export function isAlone({ backends }: WorkloadContext): boolean {
  return !backends.some(({ backend }) => backend.healthCheck !== undefined);
}

/** What the health check of the backend gets from each workload behind it that answers so. */
export function findBehindIngress(
  context: Pick<BackendContext, 'backend' | 'plan' | 'service' | 'apps' | 'snapshot'>,
  isWanted: IsWanted,
): readonly HealthCheckApp[] {
  const { backend, plan, service } = context;
  const { healthCheck, workloads } = backend;
  if (plan === undefined || healthCheck === undefined || !healthCheck.isCertain) return [];
  const { check, probes } = healthCheck;
  const port = askedPort(backend, check);
  // A transparent check is answered by the node, for the Pod's readiness.
  const { protocol } = check;
  if (!isAppProtocol(protocol) || check.source === 'transparent' || port === undefined) return [];
  const isSettled = probes.adopted !== undefined || setsPath(backend);
  return pickedBy(service, workloads).flatMap((workload) => {
    const asked = askContainers(context, workload, port, { ...check, protocol }, isWanted);
    return asked === undefined
      ? []
      : [{ ...asked, workload, path: check.path, source: check.source, isAlone: false, isSettled }];
  });
}

function setsPath({ backendConfig }: BackendPlan): boolean {
  return backendConfig.state === 'found' && backendConfig.object.healthCheck?.requestPath !== undefined;
}

/** The container port behind the check: a fixed port is that of the Pod under a NEG, and a node port otherwise. */
export function askedPort(
  { service, servicePort, group }: Pick<BackendPlan, 'service' | 'servicePort' | 'group'>,
  { port }: Pick<HealthCheck, 'port'>,
): PortReference | undefined {
  if (port === null) return servicePort?.targetPort;
  if (group === 'neg') return port;
  return service?.ports.find(({ nodePort }) => nodePort === port)?.targetPort;
}

/** The check that its own probe would become, unless every Service in front asks something else there. */
export function findAlone(context: WorkloadContext, isWanted: IsWanted): HealthCheckApp | undefined {
  if (!isAlone(context)) return undefined;
  const { workload } = context;
  for (const container of workload.containers) {
    const probePort = container.readinessProbe?.httpGet?.port;
    if (probePort === undefined) continue;
    const { adopted } = chooseProbe([{ ...workload, containers: [container] }], probePort, 'HTTP');
    if (adopted === undefined || isAskedOtherwise(context, container, probePort)) continue;
    const { path } = adopted.httpGet;
    const request = { path, host: hostHeader(adopted.httpGet), protocol: 'HTTP' } as const;
    const asked = askContainers(context, workload, probePort, request, isWanted);
    if (asked !== undefined) {
      return { ...asked, workload, path, source: 'readinessProbe', isAlone: true, isSettled: false };
    }
  }
  return undefined;
}

/**
 * Whether every Service port in front speaks TLS to the Pod, or has a BackendConfig that says what is checked; or whether the
 * Ingresses that lead to the Pod all name other ports, so that nobody sends Google here.
 */
export function isAskedOtherwise(
  { services, snapshot, backends }: WorkloadContext,
  container: Container,
  port: PortReference,
): boolean {
  const number = numberOf(container, port);
  const named = backends.map(({ backend }) => backend.servicePort);
  if (named.length > 0 && named.every((one) => one !== undefined && numberOf(container, one.targetPort) !== number))
    return true;
  const inFront = portsInFront(services, container, number);
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

/** Ports of these Services that lead to a port of the container, by number or by one of its names. */
export function portsInFront(
  services: readonly Service[],
  container: Container,
  number: number | undefined,
): readonly { readonly service: Service; readonly found: ServicePort }[] {
  if (number === undefined) return [];
  const names = namesOf(container, number).filter((name) => numberOf(container, name) === number);
  return services.flatMap((service) =>
    [number, ...new Set(names)]
      .flatMap((target) => portsToTarget(service, target))
      .map((found) => ({ service, found })),
  );
}

type Asked = Pick<HealthCheckApp, 'container' | 'answer' | 'port' | 'protocol'>;

/** Asks the container that declares the port, else whichever known app would listen on it. */
function askContainers(
  { apps, snapshot }: Pick<SharedContext, 'apps' | 'snapshot'>,
  workload: Workload,
  port: PortReference,
  { path, host, protocol }: Pick<HealthCheck, 'path' | 'host'> & Pick<HealthCheckApp, 'protocol'>,
  isWanted: IsWanted,
): Asked | undefined {
  const declaring = containersDeclaring(workload, port);
  // A port by a name that nobody declares has no endpoints; a number may be open without being declared, but of several
  // containers nobody knows whose it is.
  const isAny = declaring.length === 0 && typeof port === 'number' && workload.containers.length === 1;
  const candidates = isAny ? workload.containers : declaring;
  for (const container of candidates) {
    const number = numberOf(container, port);
    const answer = apps.answerOf(workload, container, { port: number, path, host, protocol }, snapshot);
    if (answer !== undefined && isWanted(answer)) return { container, answer, port: number, protocol };
  }
  return undefined;
}

/** `GET /healthz over HTTPS`, without what is plain HTTP. */
export function checkInWords({ path, protocol }: Pick<HealthCheckApp, 'path' | 'protocol'>): string {
  return `GET ${path}${protocol === 'HTTP' ? '' : ` over ${protocol}`}`;
}

/** `behind Ingress "web"` */
export function whereInWords({ plan }: Pick<BackendContext, 'plan'>): string {
  return plan === undefined ? 'behind a GKE Ingress' : `behind Ingress "${plan.ingress.metadata.name}"`;
}

const SEEN_BY: Readonly<Partial<Record<AnswerSource, string>>> = {
  google: 'seen by Google',
  kubelet: 'seen by the kubelet',
};

/** The app that answers; with who says so, where somebody has seen it answer in this cluster. */
export function appInWords({ name, source, seenOn }: AppAnswer): string {
  if (seenOn === undefined) return name;
  return `${name} (${SEEN_BY[source ?? 'asked'] ?? 'asked'} on ${seenOn})`;
}

/** The probe where it is what asks, else the container. */
export function fieldPathOf({ workload, container, source }: HealthCheckApp): FieldPath {
  const path = containerPath(workload, container);
  return source === 'readinessProbe' && container.readinessProbe !== undefined
    ? [...path, 'readinessProbe', 'httpGet']
    : path;
}
