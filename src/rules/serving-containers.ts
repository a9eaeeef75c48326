// Which containers of a workload are behind a Service port, for the rules about health.
import type { Container, PortReference, Workload } from '../kubernetes/objects.ts';
import type { FieldPath } from './rule.ts';

export function declaresPort({ ports }: Container, reference: PortReference | undefined): boolean {
  return ports.some(({ name, containerPort }) => containerPort === reference || (name !== '' && name === reference));
}

/** The container that declares the port; where none does, the first, which is the app by custom. */
export function servingContainer({ containers }: Workload, port: PortReference | undefined): Container | undefined {
  return containers.find((container) => declaresPort(container, port)) ?? containers[0];
}

export function containerPath(workload: Workload, container: Container): FieldPath {
  return [...workload.podSpecPath, 'containers', workload.containers.indexOf(container)];
}
