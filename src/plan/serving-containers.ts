// Which containers of a workload are behind a Service port, and what they declare: one answer for plan and rules.

import type { FieldPath } from '../kubernetes/field-path.ts';
import type { Container, ContainerPort, PortReference, Service, Workload } from '../kubernetes/objects.ts';
import { isEmpty } from '../kubernetes/read.ts';
import { readLargeOnce, readOnce } from './lazy.ts';

type Declared = Pick<ContainerPort, 'name' | 'containerPort'>;

/** As most have: to look through them takes less than to make an index. */
const FEW = 16;

/** Whether what is read of all of them is worth remembering. */
export function hasManyContainers({ containers }: Workload): boolean {
  return containers.length > FEW;
}

/** By number, or by name where the reference is one. */
function isPort({ name, containerPort }: Declared, reference: PortReference | undefined): boolean {
  return typeof reference === 'number' ? containerPort === reference : name !== '' && name === reference;
}

/** All of a number, in their order; of a name the first. */
function portsMeant(ports: readonly Declared[], reference: PortReference): readonly Declared[] {
  const isNumber = typeof reference === 'number';
  if (ports.length > FEW) {
    const { byName, byNumber } = indexOf(ports);
    if (isNumber) return byNumber.get(reference) ?? [];
    const named = byName.get(reference);
    return named === undefined ? [] : [named];
  }
  const meant = ports.filter((port) => isPort(port, reference));
  return isNumber ? meant : meant.slice(0, 1);
}

/** The first port of each name, and those of each number: there may be thousands, asked for as often. */
const indexOf = readOnce((ports: readonly Declared[]) => {
  const byName = new Map<string, Declared>();
  const byNumber = new Map<number, Declared[]>();
  for (const port of ports) {
    if (port.name !== '' && !byName.has(port.name)) byName.set(port.name, port);
    const same = byNumber.get(port.containerPort);
    if (same === undefined) byNumber.set(port.containerPort, [port]);
    else same.push(port);
  }
  return { byName, byNumber };
});

export function declaresPort({ ports }: Pick<Container, 'ports'>, reference: PortReference | undefined): boolean {
  return reference !== undefined && portsMeant(ports, reference).length > 0;
}

/** Whether one declared port is what both references mean. */
export function declaresBoth({ ports }: Pick<Container, 'ports'>, one: PortReference, other: PortReference): boolean {
  if (typeof one === 'number') return portsMeant(ports, one).some((port) => isPort(port, other));
  return ports.some((port) => isPort(port, one) && isPort(port, other));
}

const containersByPort = readOnce(({ containers }: Workload) => {
  const index = new Map<PortReference, Container[]>();
  for (const container of containers) {
    const { byName, byNumber } = indexOf(container.ports);
    for (const reference of [...byName.keys(), ...byNumber.keys()]) {
      const declaring = index.get(reference);
      if (declaring === undefined) index.set(reference, [container]);
      else declaring.push(container);
    }
  }
  return index;
});

/** In the order of the workload; sidecars are no such containers. */
export function containersDeclaring(workload: Workload, port: PortReference | undefined): readonly Container[] {
  if (port === undefined) return [];
  if (hasManyContainers(workload)) return containersByPort(workload).get(port) ?? [];
  return workload.containers.filter((container) => declaresPort(container, port));
}

/** The container that declares the port; where none does, the first, which is the app by custom. */
export function servingContainer(workload: Workload, port: PortReference | undefined): Container | undefined {
  return containersDeclaring(workload, port)[0] ?? workload.containers[0];
}

/** Of all its containers, those that stay beside them included. */
export const portsOf: (workload: Workload) => readonly ContainerPort[] = readLargeOnce(
  hasManyContainers,
  ({ containers, sidecarPorts }) => {
    const [only] = containers;
    if (only !== undefined && containers.length === 1 && sidecarPorts.length === 0) return only.ports;
    return [...containers.flatMap(({ ports }) => ports), ...sidecarPorts];
  },
);

/** The number of a port of the container; undefined for a name that it does not declare. */
export function numberOf({ ports }: Pick<Container, 'ports'>, reference: PortReference): number | undefined {
  return typeof reference === 'number' ? reference : portsMeant(ports, reference)[0]?.containerPort;
}

/** The names of a port number in the container. */
export function namesOf({ ports }: Pick<Container, 'ports'>, number: number): readonly string[] {
  return portsMeant(ports, number)
    .map(({ name }) => name)
    .filter((name) => name !== '');
}

/** The same over all containers of the workload. */
export function numberIn(workload: Workload, reference: PortReference | undefined): number | undefined {
  return reference === undefined ? undefined : numberOf({ ports: portsOf(workload) }, reference);
}

const positions = readOnce(({ containers }: Workload) => new Map(containers.map((container, at) => [container, at])));

export function containerPath(workload: Workload, container: Container): FieldPath {
  const { containers, podSpecPath } = workload;
  const at = hasManyContainers(workload) ? (positions(workload).get(container) ?? -1) : containers.indexOf(container);
  return [...podSpecPath, 'containers', at];
}

/** Of the workloads of a backend those whose Pods the Service picks: without a selector it has none of its own to speak of. */
export function pickedBy({ selector }: Service, workloads: readonly Workload[]): readonly Workload[] {
  return isEmpty(selector) ? [] : workloads;
}
