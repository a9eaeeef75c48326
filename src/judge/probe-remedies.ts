// What makes Google ask what a readiness probe asks: a change after which the controller adopts the probe, or a BackendConfig
// that says the same.
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { Container, HttpGet, Probe, Service } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import { hasLoadBalancer } from '../plan/load-balancer-name.ts';
import { chooseProbe, type IgnoredProbe, withLeadingSlash } from '../plan/probe.ts';
import { containerPath, numberIn, numberOf } from '../plan/serving-containers.ts';
import { isKnownToFail, nodePortTo } from './app-remedies.ts';
import { advise, append, inWords, type Json, type Remedy, remove, set, together, valueInWords } from './fix.ts';
import { portInWords } from './plan-words.ts';
import type { WordingContext } from './rule.ts';

export function askAsProbe(
  ignored: IgnoredProbe,
  backend: BackendPlan,
  { plan, apps, snapshot }: Pick<WordingContext, 'plan' | 'apps' | 'snapshot'>,
): readonly Remedy[] {
  const config = inBackendConfig(ignored, backend);
  // Once the check is made, the controller does not look at the probe again.
  if (plan !== undefined && hasLoadBalancer(plan.ingress)) return [config];
  const { workload, container } = ignored;
  const port = numberIn(workload, backend.servicePort?.targetPort);
  const path = withLeadingSlash(container.readinessProbe?.httpGet?.path ?? '/');
  // On the serving port the same path of a known app may fail.
  if (ignored.because.why === 'port' && isKnownToFail(apps, { workload, container }, { port, path }, snapshot)) {
    return [config];
  }
  return [inProbe(ignored, backend), ...toDeclared(ignored, backend), config];
}

/** The other way round, for a number that the Service may have by mistake: see target-port-undeclared for a name. */
function toDeclared({ because, container }: IgnoredProbe, { service, servicePort }: BackendPlan): readonly Remedy[] {
  if (because.why !== 'undeclared' || typeof because.targetPort !== 'number') return [];
  if (service === undefined || servicePort === undefined) return [];
  const [only, ...others] = container.ports;
  if (only === undefined) return [];
  const probed = numberOf(container, container.readinessProbe?.httpGet?.port ?? 0);
  const { name } = service.metadata;
  if (others.length > 0 || probed !== only.containerPort) return [advise(`let Service "${name}" name a declared port`)];
  const path = ['spec', 'ports', service.ports.indexOf(servicePort), 'targetPort'];
  return [set(service, path, only.name || only.containerPort)];
}

interface Change {
  readonly remedy: Remedy;
  /** As it is after the edit. */
  readonly container: Container;
}

function inProbe(ignored: IgnoredProbe, backend: BackendPlan): Remedy {
  const change = changeOf(ignored);
  if (change !== undefined && isAdopted(ignored, change.container, backend)) return change.remedy;
  const { because } = ignored;
  switch (because.why) {
    case 'handler':
      return advise(`make it an httpGet probe on port ${targetInWords(backend)}`);
    case 'header':
    case 'headers':
      return advise('send at most one header, named Host');
    case 'scheme':
      return advise('let its scheme and app-protocols of the Service agree');
    case 'port':
      return advise(`let the probe ask port ${portInWords(because.targetPort)}`);
    case 'host':
      return advise(`let the probe ask port ${targetInWords(backend)} of the Pod, without httpGet.host`);
    case 'undeclared':
      return advise(`declare port ${portInWords(because.targetPort)} in the container, and let the probe ask it`);
  }
}

function targetInWords({ servicePort }: BackendPlan): string {
  return portInWords(servicePort?.targetPort ?? 0);
}

/** What an edit can do about it without a guess at what the app answers. */
function changeOf({ because, container, workload }: IgnoredProbe): Change | undefined {
  const probe = container.readinessProbe;
  const httpGet = probe?.httpGet;
  if (probe === undefined || httpGet === undefined) return undefined;
  const at = [...containerPath(workload, container), 'readinessProbe', 'httpGet'];
  const asking = (changed: Partial<HttpGet>): Container => withHttpGet(container, probe, { ...httpGet, ...changed });
  const [first] = httpGet.headers;
  switch (because.why) {
    case 'host':
      return { remedy: remove(workload, [...at, 'host']), container: asking({ host: '' }) };
    case 'header':
      if (first === undefined || httpGet.headers.length > 1 || first.name.toLowerCase() !== 'host') return undefined;
      return {
        remedy: set(workload, [...at, 'httpHeaders', 0, 'name'], 'Host'),
        container: asking({ headers: [{ ...first, name: 'Host' }] }),
      };
    case 'headers':
      if (first === undefined || because.count > 2) return undefined;
      return { remedy: remove(workload, [...at, 'httpHeaders', 1]), container: asking({ headers: [first] }) };
    case 'undeclared':
      return declare(because.targetPort, { because, container, workload }, httpGet);
    default:
      return undefined;
  }
}

/** A number as it is; a name for the port that the probe asks. */
function declare(
  target: number | string,
  { container, workload }: IgnoredProbe,
  { port }: HttpGet,
): Change | undefined {
  const at: FieldPath = [...containerPath(workload, container), 'ports'];
  const { ports } = container;
  if (typeof target === 'number') {
    const declared = { ...container, ports: [...ports, { name: '', containerPort: target }] };
    return { remedy: append(workload, at, { containerPort: target }), container: declared };
  }
  const number = numberOf(container, port);
  if (number === undefined || ports.some(({ containerPort }) => containerPort === number)) return undefined;
  const declared = { ...container, ports: [...ports, { name: target, containerPort: number }] };
  return { remedy: append(workload, at, { name: target, containerPort: number }), container: declared };
}

function withHttpGet(container: Container, probe: Probe, httpGet: HttpGet): Container {
  return { ...container, readinessProbe: { ...probe, httpGet } };
}

/** And makes a health check that Google takes. */
function isAdopted({ workload }: IgnoredProbe, container: Container, { servicePort, protocol }: BackendPlan): boolean {
  if (servicePort === undefined || protocol === undefined) return false;
  const { adopted } = chooseProbe([{ ...workload, containers: [container] }], servicePort.targetPort, protocol);
  return adopted !== undefined && adopted.probe.timeoutSeconds <= adopted.probe.periodSeconds;
}

const IN_ANY_CONFIG = advise('set spec.healthCheck in a BackendConfig');

/** A BackendConfig can send no header, and asks no other host. */
function inBackendConfig({ because, container, workload }: IgnoredProbe, backend: BackendPlan): Remedy {
  const { backendConfig, service, servicePort, group } = backend;
  const httpGet = container.readinessProbe?.httpGet;
  if (httpGet === undefined || because.why === 'host' || because.why === 'header' || because.why === 'headers') {
    return IN_ANY_CONFIG;
  }
  const number = numberOf(container, httpGet.port);
  const isOther = number !== numberIn(workload, servicePort?.targetPort);
  const isOnNode = group !== 'neg' && service !== undefined;
  // Behind an instance group it is the node port of another Service port.
  const asked = isOnNode ? nodePortTo(service, workload, httpGet.port) : number;
  if (isOther && asked === undefined) return isOnNode ? openOnNode(service, number) : IN_ANY_CONFIG;
  const fields: readonly (readonly [string, Json])[] = [
    ['requestPath', withLeadingSlash(httpGet.path)],
    ...(isOther && asked !== undefined ? [['port', asked] as const] : []),
    ...(because.why === 'scheme' ? [['type', httpGet.scheme] as const] : []),
  ];
  const said = fields.map(([field, value]) => `${field}: ${valueInWords(value)}`).join(' and ');
  if (backendConfig.state !== 'found') {
    return isOther && isOnNode ? advise(`set ${said} in spec.healthCheck of a BackendConfig`) : IN_ANY_CONFIG;
  }
  const { object } = backendConfig;
  return inWords(
    `set ${said} in spec.healthCheck of BackendConfig "${object.metadata.name}"`,
    together(...fields.map(([field, value]) => set(object, ['spec', 'healthCheck', field], value))),
  );
}

function openOnNode({ metadata }: Service, port: number | undefined): Remedy {
  return port === undefined
    ? IN_ANY_CONFIG
    : advise(`give Service "${metadata.name}" a port that leads to ${port}, and set its node port in a BackendConfig`);
}
