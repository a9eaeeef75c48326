import type { ContainerPort, ServicePort, Workload } from '../kubernetes/objects.ts';
import { defineRule, type RuleFinding, type ServiceContext } from './rule.ts';

export const targetPortUndeclared = defineRule({
  id: 'target-port-undeclared',
  judges: 'Service',
  severity: 'warning',
  summary: 'The targetPort of a Service behind a GKE Ingress is declared by no container.',
  why: 'A name that no container declares leads to no endpoints at all. A number may be open without being declared, but Google makes its health check from no readiness probe then, and where other ports are declared it is often the wrong one.',
  fix: 'Let targetPort be a port that a container declares, or declare it there.',
  covers: ['R2', 'C46'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks'],
  check: (context) => {
    const { service, uses, snapshot } = context;
    // Pods that nobody makes declare nothing.
    const workloads = hasSelector(context) ? snapshot.workloadsOf(service) : [];
    if (workloads.length === 0) return [];
    const used = new Set(uses.map(({ backend }) => backend.servicePort));
    return service.ports.flatMap((port, index) => {
      if (!used.has(port) || workloads.some((workload) => declares(workload, port))) return [];
      return findUndeclared(port, workloads, ['spec', 'ports', index, 'targetPort']);
    });
  },
});

function hasSelector({ service }: ServiceContext): boolean {
  return Object.keys(service.selector).length > 0;
}

function portsOf({ containers, sidecarPorts }: Workload): readonly ContainerPort[] {
  return [...containers.flatMap(({ ports }) => ports), ...sidecarPorts];
}

function declares(workload: Workload, { targetPort }: ServicePort): boolean {
  return portsOf(workload).some(({ name, containerPort }) => containerPort === targetPort || name === targetPort);
}

function findUndeclared(
  { port, targetPort }: ServicePort,
  workloads: readonly Workload[],
  path: RuleFinding['path'],
): readonly RuleFinding[] {
  const declared = [...new Set(workloads.flatMap(portsOf).map(inWords))];
  const owner = workloads.map(({ kind, metadata }) => `${kind} "${metadata.name}"`).join(', ');
  if (typeof targetPort === 'string') {
    return [
      {
        path,
        message: `port ${port} goes to targetPort "${targetPort}", which no container of ${owner} declares: there are no endpoints.`,
        fix:
          declared.length === 0
            ? `Declare a containerPort with name: ${targetPort}`
            : `Name a port that is declared: ${declared.join(', ')}`,
      },
    ];
  }
  // Nothing declared is nothing wrong: the port is open all the same.
  if (declared.length === 0) return [];
  return [
    {
      path,
      message: `port ${port} goes to ${targetPort}, and the containers of ${owner} declare ${declared.join(', ')} only.`,
      note: 'If the app listens there all the same, Google still makes its health check from no readiness probe.',
      fix: `Declare containerPort ${targetPort}, or set targetPort to one that is declared.`,
      isCertain: false,
    },
  ];
}

function inWords({ name, containerPort }: ContainerPort): string {
  return name === '' ? String(containerPort) : `"${name}" (${containerPort})`;
}
