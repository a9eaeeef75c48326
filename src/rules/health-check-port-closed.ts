import { askedThere, nodePortTo } from '../judge/app-remedies.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise, type Remedy, remove, set, together } from '../judge/fix.ts';
import { inheritsWrongType } from '../judge/inherited-type.ts';
import { enableNeg } from '../judge/neg-remedies.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import { referenceTo } from '../kubernetes/field-path.ts';
import type { BackendConfig, PortReference, ServicePort, Workload } from '../kubernetes/objects.ts';
import { declaresPort, numberIn, pickedBy, portsOf } from '../plan/serving-containers.ts';

export const healthCheckPortClosed = defineRule({
  id: 'health-check-port-closed',
  judges: ['BackendConfig'],
  severity: 'warning',
  summary: 'A BackendConfig sends the health check to a port where nobody listens.',
  why: 'Behind a NEG spec.healthCheck.port is a port of the Pod; behind an instance group it is one of the node. With the wrong one the connection is refused: UNHEALTHY, and the load balancer answers 502.',
  fix: 'Leave spec.healthCheck.port out to check the serving port, or set it to a port that a container declares (with a NEG) or to a nodePort of the Service (without).',
  covers: ['R1'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#direct_health'],
  check: { Backend: findClosed },
});

function findClosed(context: BackendContext): readonly RuleFinding[] {
  const { plan, backend, service } = context;
  const { backendConfig, healthCheck, group, servicePort } = backend;
  if (plan === undefined || healthCheck === undefined || servicePort === undefined) return [];
  if (backendConfig.state !== 'found') return [];
  const config = backendConfig.object;
  const port = config.healthCheck?.port;
  if (port === undefined) return [];
  const asked: Asked = { ...context, config, port, workloads: pickedBy(service, backend.workloads) };
  const found = group === 'neg' ? findClosedInPod(asked) : findPodPort(asked);
  if (found === undefined) return [];
  const { name } = service.metadata;
  const message = `the health check of Service "${name}" goes to port ${port}, ${found.message}`;
  return [{ ...found, owner: config, path: PORT, message, identity: `${name}:${servicePort.port}` }];
}

interface Asked extends BackendContext {
  readonly config: BackendConfig;
  readonly port: number;
  readonly workloads: readonly Workload[];
}

type Found = Omit<RuleFinding, 'path'> | undefined;

const PORT = ['spec', 'healthCheck', 'port'];

/** --service-node-port-range of the API server. */
const isInNodePortRange = (port: number): boolean => port >= 30_000 && port <= 32_767;

/** Of the Istio proxy, which is injected into Pods and is in no workload: its merged health and metrics. */
const INJECTED_PORTS: readonly number[] = [15_020, 15_021];

/** Whether a workload is known or not, a node port is none of the Pod. */
function findClosedInPod(asked: Asked): Found {
  const { config, port, workloads, service, backend } = asked;
  if (port === backend.servicePort?.targetPort) return undefined;
  const closed = workloads.find((workload) => !declares(workload, port));
  if (workloads.length > 0 && closed === undefined) return undefined;
  const told = referenceTo(config);
  const fix = askedThere([remove(config, PORT)], backend.servicePort?.targetPort, told, asked);
  const ofNode = service.ports.find(({ nodePort }) => nodePort === port);
  if (ofNode !== undefined) {
    const message = 'a node port: behind a NEG Google asks the Pod, and nobody listens there.';
    const meant = askedThere(
      [withType(askInPod(config, ofNode, workloads, backend), ofNode.targetPort, asked)],
      ofNode.targetPort,
      told,
      asked,
    );
    return { message, fix: meant, isCertain: closed !== undefined };
  }
  if (isInNodePortRange(port)) {
    return { message: 'which looks like a node port: behind a NEG Google asks the Pod.', fix, isCertain: false };
  }
  const silent = workloads.find((workload) => !declares(workload, port) && !mayListen(workload, port));
  if (silent === undefined) return undefined;
  const has = [...new Set(portsOf(silent).map(({ containerPort }) => containerPort))].join(', ');
  return {
    message: `which no container of ${silent.kind} "${silent.metadata.name}" declares (declared: ${has}).`,
    fix: [...fix, advise('declare the containerPort if it is open')],
    isCertain: false,
  };
}

function declares(workload: Workload, port: number): boolean {
  return declaresPort({ ports: portsOf(workload) }, port);
}

/** Where nothing is declared, nothing tells which ports are open. */
function mayListen(workload: Workload, port: number): boolean {
  const isProbed = workload.containers.some(({ readinessProbe }) => readinessProbe?.httpGet?.port === port);
  return INJECTED_PORTS.includes(port) || isProbed || portsOf(workload).length === 0;
}

/** The port of the Pod that the node port leads to; of a name that nobody is known to declare, the serving port. */
function askInPod(
  config: BackendConfig,
  { targetPort }: ServicePort,
  workloads: readonly Workload[],
  { servicePort }: BackendContext['backend'],
): Remedy {
  const [workload] = workloads;
  const number = typeof targetPort === 'number' || workload === undefined ? targetPort : numberIn(workload, targetPort);
  return typeof number !== 'number' || targetPort === servicePort?.targetPort
    ? remove(config, PORT)
    : set(config, PORT, number);
}

function findPodPort(asked: Asked): Found {
  const { config, port, workloads, service, backend, facts } = asked;
  const { servicePort } = backend;
  if (isInNodePortRange(port) || service.ports.some(({ nodePort }) => nodePort === port)) return undefined;
  const isServed = port === servicePort?.targetPort;
  if (!isServed && !workloads.some((workload) => declares(workload, port))) return undefined;
  const isOpen = isServed || workloads.every((workload) => declares(workload, port));
  return {
    message: 'a port of the Pod: behind an instance group Google asks the node.',
    note: '(Unless the Pods use the network of the node.)',
    fix: askedThere(
      [isServed ? remove(config, PORT) : askOnNode(asked), ...(isOpen ? enableNeg(service, facts) : [])].map((remedy) =>
        withType(remedy, port, asked),
      ),
      port,
      referenceTo(config),
      asked,
    ),
    isCertain: false,
  };
}

/** A port of plain HTTP is asked so. */
function withType(remedy: Remedy, port: PortReference, { config, backend }: Asked): Remedy {
  if (remedy.edits.length === 0 || !inheritsWrongType(backend, port)) return remedy;
  return together(remedy, set(config, ['spec', 'healthCheck', 'type'], 'HTTP'));
}

/** Without the port Google would ask the requestPath of the serving port, where something else answers. */
function askOnNode({ config, port, workloads, service }: Asked): Remedy {
  const [workload] = workloads;
  const nodePort = workload === undefined ? undefined : nodePortTo(service, workload, port);
  if (nodePort !== undefined) return set(config, PORT, nodePort, `the node port of ${port}`);
  const { name } = service.metadata;
  return advise(`give Service "${name}" a port that leads to ${port}, and set spec.healthCheck.port to its node port`);
}
