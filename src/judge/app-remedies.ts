// What makes Google ask a known app what it answers with 200: by its readiness probe, or by a BackendConfig. Its port is one of
// the Pod behind a NEG, and one of the node behind an instance group (ingress-gce pkg/healthchecks, BackendConfig
// healthCheck.port), so the same app needs another number there.
import type { ObjectName } from '../kubernetes/field-path.ts';
import type { BackendConfig, Container, PortReference, Service, Workload } from '../kubernetes/objects.ts';
import type { AppAnswer, AppCatalogue, AppRequest } from '../plan/app.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import { hasLoadBalancer } from '../plan/load-balancer-name.ts';
import { chooseProbe } from '../plan/probe.ts';
import {
  containerPath,
  containersDeclaring,
  declaresPort,
  numberIn,
  numberOf,
  pickedBy,
} from '../plan/serving-containers.ts';
import {
  advise,
  adviseBoth,
  append,
  inWords,
  type Json,
  type Remedy,
  remove,
  set,
  together,
  valueInWords,
} from './fix.ts';
import { enableNeg } from './neg-remedies.ts';
import type { BackendContext } from './rule.ts';

interface Asked {
  readonly workload: Workload;
  readonly container: Container;
  readonly answer: AppAnswer;
}

/** A request that gets 200, with the number of the container port. */
interface Healthy {
  readonly port: number;
  readonly path: string;
}

/** @param context undefined where no Ingress is known: nobody knows then which kind of port would be asked */
export function remediesOfApp(asked: Asked, context: BackendContext | undefined): readonly Remedy[] {
  const elsewhere = context === undefined ? [] : otherRequest(asked, context);
  return elsewhere.length === 0 ? [advise(asked.answer.fix)] : elsewhere;
}

/**
 * In place of the catalogue's own words, which know neither the kind of the backend nor its BackendConfig. Where those are about a
 * setting of the app, another request alone would leave users with what the check meets now.
 */
function otherRequest(asked: Asked, context: BackendContext): readonly Remedy[] {
  const { answer, workload, container } = asked;
  if (answer.speaksTlsOnly === true) return [];
  const healthy = context.apps.healthyRequestsOf(workload, container, context.snapshot);
  const isOfCheck = healthy.some(({ path }) => path !== '/' && answer.fix.includes(path));
  return isOfCheck ? askElsewhere(asked, healthy, context) : [];
}

/**
 * @param remedies what makes Google ask this port of the Pod
 * @returns what makes the check pass, where a known app is known to fail there too
 */
export function askedThere(
  remedies: readonly Remedy[],
  port: PortReference | undefined,
  told: ObjectName,
  context: BackendContext,
): readonly Remedy[] {
  const { service, backend, apps, snapshot } = context;
  const path = backend.healthCheck?.check.path ?? '/';
  for (const workload of pickedBy(service, backend.workloads)) {
    const declaring = containersDeclaring(workload, port);
    const request = { port: numberIn(workload, port), path };
    for (const container of declaring.length === 0 ? workload.containers : declaring) {
      const answer = apps.answerOf(workload, container, request, snapshot);
      if (answer === undefined || isHealthy(answer)) continue;
      const other = otherRequest({ workload, container, answer }, context);
      return other.length > 0 ? other : remedies.map((remedy) => adviseBoth(remedy, told, answer.fix));
    }
  }
  return remedies;
}

function askElsewhere(
  { workload, container }: Asked,
  requests: readonly AppRequest[],
  context: BackendContext,
): readonly Remedy[] {
  const { backend, apps, snapshot } = context;
  const served = backend.servicePort === undefined ? undefined : numberIn(workload, backend.servicePort.targetPort);
  if (served === undefined) return [];
  const healthy = requests.flatMap(({ port = served, path }) => {
    const isOk = isHealthy(apps.answerOf(workload, container, { port, path }, snapshot));
    return isOk ? [{ port, path }] : [];
  });
  const onServed = healthy.find(({ port }) => port === served);
  const there =
    onServed === undefined ? [] : [inProbe(workload, container, onServed, context) ?? here(onServed.path, context)];
  // What the probe asks is what its author thinks of first.
  const probed = numberOf(container, container.readinessProbe?.httpGet?.port ?? served);
  const others = healthy.filter(({ port }) => port !== served);
  const other = others.find(({ port }) => port === probed) ?? (there.length > 0 ? undefined : others[0]);
  return [...(other === undefined ? [] : atOtherPort(workload, container, other, context)), ...there];
}

/** With nothing left open: what no Pod shows may make it another. */
function isHealthy(answer: AppAnswer | undefined): boolean {
  return answer?.status === 200 && !answer.redirectsToHttps && answer.unless === undefined;
}

/** undefined where it changes nothing: once the check is made the controller does not look at the probe again; a requestPath comes before any probe. */
function inProbe(
  workload: Workload,
  container: Container,
  { path }: Healthy,
  { backend, plan }: BackendContext,
): Remedy | undefined {
  const { servicePort, protocol } = backend;
  const probe = container.readinessProbe;
  if (probe?.httpGet === undefined || servicePort === undefined || protocol === undefined) return undefined;
  if (configOf(backend)?.healthCheck?.requestPath !== undefined) return undefined;
  if (plan !== undefined && hasLoadBalancer(plan.ingress)) return undefined;
  const changed = { ...container, readinessProbe: { ...probe, httpGet: { ...probe.httpGet, path } } };
  const { adopted } = chooseProbe([{ ...workload, containers: [changed] }], servicePort.targetPort, protocol);
  if (adopted === undefined) return undefined;
  const at = [...containerPath(workload, container), 'readinessProbe', 'httpGet', 'path'];
  return inWords(`let the readiness probe ask ${path}`, set(workload, at, path));
}

function here(requestPath: string, { backend }: BackendContext): Remedy {
  const config = configOf(backend);
  if (config === undefined) return advise(`set requestPath ${requestPath} in the healthCheck of a BackendConfig`);
  const path = set(config, ['spec', 'healthCheck', 'requestPath'], requestPath);
  if (config.healthCheck?.port === undefined) return path;
  const name = `BackendConfig "${config.metadata.name}"`;
  return inWords(
    `set requestPath: ${valueInWords(requestPath)} without a port in spec.healthCheck of ${name}`,
    together(path, remove(config, ['spec', 'healthCheck', 'port'])),
  );
}

function atOtherPort(
  workload: Workload,
  container: Container,
  { port, path }: Healthy,
  context: BackendContext,
): readonly Remedy[] {
  const { backend, service, facts } = context;
  const declare = declaresPort(container, port)
    ? []
    : [append(workload, [...containerPath(workload, container), 'ports'], { containerPort: port })];
  const inPod = inBackendConfig(configOf(backend), path, port, '');
  if (backend.group === 'neg') return [withEdits(inPod, declare)];
  const nodePort = nodePortTo(service, workload, port);
  if (nodePort !== undefined) {
    return [inBackendConfig(configOf(backend), path, nodePort, `the node port of ${port}`)];
  }
  const { name } = service.metadata;
  const onNode = advise(
    `give Service "${name}" a port that leads to ${port}, and set its node port and requestPath ${path} in a BackendConfig`,
  );
  // With NEGs the Pod itself is asked.
  const negs = configOf(backend) === undefined ? [] : enableNeg(service, facts).filter(({ edits }) => edits.length > 0);
  const toNeg = `turn NEGs on, and set port: ${port} and requestPath: ${path} in the BackendConfig`;
  return [onNode, ...negs.map((neg) => inWords(toNeg, together(neg, inPod, ...declare)))];
}

function withEdits(remedy: Remedy, more: readonly Remedy[]): Remedy {
  return more.length === 0 || remedy.edits.length === 0 ? remedy : inWords(remedy.words, together(...more, remedy));
}

/** Of a port of the Service that leads to this port of the Pod; 0 is one that is not allocated yet. */
export function nodePortTo(service: Service, workload: Workload, port: PortReference): number | undefined {
  const number = numberIn(workload, port);
  const found = service.ports.find(
    ({ targetPort, nodePort, protocol }) =>
      nodePort !== 0 && protocol === 'TCP' && numberIn(workload, targetPort) === number,
  );
  return number === undefined ? undefined : found?.nodePort;
}

function inBackendConfig(config: BackendConfig | undefined, requestPath: string, port: number, what: string): Remedy {
  const said = what === '' ? String(port) : `${port} (${what})`;
  if (config === undefined) {
    return advise(`set port ${said} and requestPath ${requestPath} in the healthCheck of a BackendConfig`);
  }
  const fields: readonly (readonly [string, Json])[] = [
    ['port', port],
    ['requestPath', requestPath],
  ];
  return inWords(
    `set port ${said} and requestPath ${requestPath} in the healthCheck of BackendConfig "${config.metadata.name}"`,
    together(...fields.map(([field, value]) => set(config, ['spec', 'healthCheck', field], value))),
  );
}

function configOf({ backendConfig }: BackendPlan): BackendConfig | undefined {
  return backendConfig.state === 'found' ? backendConfig.object : undefined;
}

/** Whether what this container may be is known to answer the request with something else than 200. */
export function isKnownToFail(
  apps: AppCatalogue,
  { workload, container }: Omit<Asked, 'answer'>,
  request: AppRequest,
  snapshot: BackendContext['snapshot'],
): boolean {
  const answer = apps.answerOf(workload, container, request, snapshot);
  return answer !== undefined && !isHealthy(answer);
}
