// Which port of a Service an Ingress backend means, and where its Pods are reached (ingress-gce
// pkg/controller/translator/utils.go ServicePort, translator.go GetProbe).
import type { PortReference, Service, ServicePort } from '../kubernetes/objects.ts';
import { readOnce } from './lazy.ts';
import type { BackendGroup } from './neg.ts';

/** A port as an Ingress names it: by name, or by number where the name is "". */
export interface PortName {
  readonly name: string;
  readonly number: number;
}

/** By name where one is given, else the first port of that number, whatever its protocol. */
export function findServicePort(service: Service, { name, number }: PortName): ServicePort | undefined {
  const { byName, byNumber } = portsOf(service);
  return name === '' ? byNumber.get(number) : byName.get(name);
}

/** The first of each name and of each number: an Ingress may name a port a thousand times. */
const portsOf = readOnce(({ ports }: Service) => {
  const byName = new Map<string, ServicePort>();
  const byNumber = new Map<number, ServicePort>();
  const byNodePort = new Map<number, ServicePort>();
  const byTarget = new Map<PortReference, ServicePort[]>();
  for (const port of ports) {
    if (!byName.has(port.name)) byName.set(port.name, port);
    if (!byNumber.has(port.port)) byNumber.set(port.port, port);
    if (port.nodePort !== 0 && !byNodePort.has(port.nodePort)) byNodePort.set(port.nodePort, port);
    const toTarget = byTarget.get(port.targetPort);
    if (toTarget === undefined) byTarget.set(port.targetPort, [port]);
    else toTarget.push(port);
  }
  return { byName, byNumber, byNodePort, byTarget };
});

/**
 * The target port whose probe the controller looks for. It finds the port again by its number (NEG) or its node port
 * (instance group), so the first of two with one number decides.
 */
export function targetPortOf(service: Service, chosen: ServicePort, group: BackendGroup): PortReference {
  const { byNumber, byNodePort } = portsOf(service);
  const found = group === 'neg' ? byNumber.get(chosen.port) : byNodePort.get(chosen.nodePort);
  return (found ?? chosen).targetPort;
}

/** Ports of the Service with this targetPort, as it is written. */
export function portsToTarget(service: Service, target: PortReference): readonly ServicePort[] {
  return portsOf(service).byTarget.get(target) ?? [];
}

/** `"http"` or `80`. */
export function quotedPort({ name, number }: PortName): string {
  return name === '' ? String(number) : `"${name}"`;
}
