// Which containers of a workload stand behind a Service port, and what they declare: one answer for plan and rules.
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { Container, ContainerPort, PortReference, Service, Workload } from '../kubernetes/objects.ts';

type Declared = Pick<ContainerPort, 'name' | 'containerPort'>;

/** By number, or by name where the reference is one. */
export function isPort({ name, containerPort }: Declared, reference: PortReference | undefined): boolean {
  return typeof reference === 'number' ? containerPort === reference : name !== '' && name === reference;
}

export function declaresPort({ ports }: Pick<Container, 'ports'>, reference: PortReference | undefined): boolean {
  return ports.some((port) => isPort(port, reference));
}

/** The container that declares the port; where none does, the first, which is the app by custom. */
export function servingContainer({ containers }: Workload, port: PortReference | undefined): Container | undefined {
  return containers.find((container) => declaresPort(container, port)) ?? containers[0];
}

/** Of all its containers, those that stay beside them included. */
export function portsOf({ containers, sidecarPorts }: Workload): readonly ContainerPort[] {
  return [...containers.flatMap(({ ports }) => ports), ...sidecarPorts];
}

/** The number of a port of the container; undefined for a name that it does not declare. */
export function numberOf({ ports }: Pick<Container, 'ports'>, reference: PortReference): number | undefined {
  return typeof reference === 'number' ? reference : ports.find(({ name }) => name === reference)?.containerPort;
}

/** The same over all containers of the workload. */
export function numberIn(workload: Workload, reference: PortReference | undefined): number | undefined {
  return reference === undefined ? undefined : numberOf({ ports: portsOf(workload) }, reference);
}

export function containerPath(workload: Workload, container: Container): FieldPath {
  return [...workload.podSpecPath, 'containers', workload.containers.indexOf(container)];
}

/** Of the workloads of a backend those whose Pods the Service picks: without a selector it has none of its own to speak of. */
export function pickedBy({ selector }: Service, workloads: readonly Workload[]): readonly Workload[] {
  return Object.keys(selector).length === 0 ? [] : workloads;
}
