import type { ContainerPort, Workload } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend.ts';
import { defineRule, type RuleFinding } from './rule.ts';

export const healthCheckPortClosed = defineRule({
  id: 'health-check-port-closed',
  judges: 'Workload',
  severity: 'warning',
  summary: 'A BackendConfig sends the health check to a port where nobody listens.',
  why: 'Behind a NEG spec.healthCheck.port is a port of the Pod; behind an instance group it is one of the node. With the wrong one the connection is refused: UNHEALTHY, and the load balancer answers 502.',
  fix: 'Leave spec.healthCheck.port out to check the serving port, or set it to a port that a container declares (with a NEG) or to a nodePort of the Service (without).',
  covers: ['R1'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#direct_health'],
  check: ({ workload, uses }) => {
    for (const { backend } of uses) {
      const { backendConfig, healthCheck } = backend;
      const port = backendConfig.state === 'found' ? backendConfig.object.healthCheck?.port : undefined;
      if (port === undefined || healthCheck === undefined || backendConfig.state !== 'found') continue;
      const found =
        backend.group === 'neg' ? findClosed(workload, backend, port) : findPodPort(workload, backend, port);
      if (found === undefined) continue;
      const { name } = backendConfig.object.metadata;
      const message = `BackendConfig "${name}" sends the health check to port ${port}, ${found.message}`;
      return [{ ...found, path: [...workload.podSpecPath, 'containers'], message, subject: `port ${port}` }];
    }
    return [];
  },
});

type Found = Omit<RuleFinding, 'path'> | undefined;

/** --service-node-port-range of the API server. */
const isInNodePortRange = (port: number): boolean => port >= 30_000 && port <= 32_767;

/** Of the Istio proxy, which is injected into Pods and stands in no workload: its merged health and metrics. */
const INJECTED_PORTS: readonly number[] = [15_020, 15_021];

function findClosed(workload: Workload, { service, servicePort }: BackendPlan, port: number): Found {
  const declared = portsOf(workload);
  if (declared.some(({ containerPort }) => containerPort === port) || port === servicePort?.targetPort)
    return undefined;
  if (service?.ports.some(({ nodePort }) => nodePort === port)) {
    return {
      message: 'a node port: behind a NEG it is asked of the Pod, where nobody listens there.',
      fix: 'Remove spec.healthCheck.port, or set it to the port of the container.',
    };
  }
  if (!isInNodePortRange(port)) {
    const isOpen = INJECTED_PORTS.includes(port) || isProbed(workload, port);
    // Where nothing is declared, nothing tells which ports are open.
    if (isOpen || declared.length === 0) return undefined;
  }
  const has = declared.map(({ containerPort }) => containerPort).join(', ');
  return {
    message: isInNodePortRange(port)
      ? 'which looks like a node port: behind a NEG it is asked of the Pod.'
      : `which no container declares (declared: ${has}).`,
    fix: 'Remove spec.healthCheck.port, or declare the containerPort if it is open.',
    isCertain: false,
  };
}

function findPodPort(workload: Workload, { service, servicePort }: BackendPlan, port: number): Found {
  if (isInNodePortRange(port) || service?.ports.some(({ nodePort }) => nodePort === port)) return undefined;
  if (!portsOf(workload).some(({ containerPort }) => containerPort === port)) return undefined;
  const nodePort = servicePort?.nodePort ?? 0;
  return {
    message: 'a port of the Pod: behind an instance group it is asked of the node.',
    note: '(Unless the Pods use the network of the node.)',
    fix: `Remove spec.healthCheck.port${nodePort === 0 ? '' : ` or set it to ${nodePort}`}, or use NEGs.`,
    isCertain: false,
  };
}

function portsOf({ containers, sidecarPorts }: Workload): readonly ContainerPort[] {
  return [...containers.flatMap(({ ports }) => ports), ...sidecarPorts];
}

function isProbed({ containers }: Workload, port: number): boolean {
  return containers.some(({ readinessProbe }) => readinessProbe?.httpGet?.port === port);
}
