// Ports that several Ingresses name: all of them have one backend service, and the controller writes into its description how
// the port was named (ingress-gce pkg/backends/backends.go ensureDescription), so that each undoes what another has written.
import type { Ingress, IngressPath, Service, ServicePort } from '../kubernetes/objects.ts';
import { type Snapshot, servicesNamedBy } from '../snapshot/snapshot.ts';
import type { BackendPlan } from './backend-plan.ts';
import type { ClassDecision } from './ingress-class.ts';
import { readOnce } from './lazy.ts';
import { translatePath } from './path.ts';
import type { IngressPlan, Planner } from './plan.ts';
import { findServicePort, type PortName } from './service-port.ts';

/**
 * Of the Ingresses that name a Service, the first by name, and of the Services of an Ingress that comes, the first that it names:
 * one is enough to say it, and an admission must not grow with all.
 */
const MAX_SHARING = 100;

/**
 * Another Ingress that names the port by its number and has the same backend service of it; the first by name.
 *
 * @param backend of the plan
 */
export function numberedElsewhere(
  { ingress, class: own }: IngressPlan,
  { service, servicePort }: BackendPlan,
  planner: Planner,
): Ingress | undefined {
  if (service === undefined || servicePort === undefined || !isShared(service.metadata, planner.snapshot))
    return undefined;
  const plans = byNumber(planner)(service).get(servicePort) ?? [];
  return plans.find((other) => other.ingress.metadata.name !== ingress.metadata.name && haveSameScope(own, other.class))
    ?.ingress;
}

/** Those that name by its name a port that this one names by its number: what they get may change with it. */
export function namedElsewhere(ingress: Ingress, snapshot: Snapshot): readonly Ingress[] {
  const { namespace } = ingress.metadata;
  const services = servicesNamedBy(ingress).slice(0, MAX_SHARING);
  if (!services.some((name) => isShared({ namespace, name }, snapshot))) return [];
  return [...portsNamedIn(ingress)].slice(0, MAX_SHARING).flatMap(([name, ports]) => {
    const numbered = ports.filter((port) => port.name === '');
    const service = numbered.length === 0 ? undefined : snapshot.get('Service', namespace, name);
    if (service === undefined) return [];
    const shared = new Set(numbered.map((port) => findServicePort(service, port)));
    return ingressesNaming(service, snapshot).filter((other) =>
      portsOf(service, other).some((port) => {
        const found = port.name === '' ? undefined : findServicePort(service, port);
        return found !== undefined && shared.has(found);
      }),
    );
  });
}

/** By several Ingresses: most Services have one. */
function isShared(service: { readonly namespace: string; readonly name: string }, snapshot: Snapshot): boolean {
  return snapshot.ingressesOf(service).length > 1;
}

/** A backend service is global or of the region, and there it is internal or not. */
function haveSameScope(a: ClassDecision, b: ClassDecision): boolean {
  return a.hasRegionalBackends === b.hasRegionalBackends && a.isInternal === b.isInternal;
}

/** The plans that name each port by its number, once for each Service. */
const byNumber = readOnce((planner: Planner) =>
  readOnce((service: Service): ReadonlyMap<ServicePort, readonly IngressPlan[]> => {
    const plans = ingressesNaming(service, planner.snapshot)
      .filter(({ metadata }) => !metadata.isBeingDeleted)
      .map((ingress) => planner.planOf(ingress))
      .filter(({ served }) => served.concern !== 'none');
    const named = new Map<ServicePort, IngressPlan[]>();
    for (const plan of plans) {
      for (const port of portsOf(service, plan.ingress)) {
        const found = port.name === '' ? findServicePort(service, port) : undefined;
        if (found === undefined) continue;
        const before = named.get(found);
        if (before === undefined) named.set(found, [plan]);
        else before.push(plan);
      }
    }
    return named;
  }),
);

function ingressesNaming({ metadata }: Service, snapshot: Snapshot): readonly Ingress[] {
  const named = snapshot.ingressesOf(metadata);
  if (named.length < 2) return named;
  return named.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).slice(0, MAX_SHARING);
}

function portsOf({ metadata }: Service, ingress: Ingress): readonly PortName[] {
  return portsNamedIn(ingress).get(metadata.name) ?? [];
}

/** By the name of the Service, each port once for each way in which it is named. Of what the URL map has. */
const portsNamedIn = readOnce((ingress: Ingress): ReadonlyMap<string, readonly PortName[]> => {
  const lastOfHost = new Map(
    ingress.rules.flatMap((rule) => (rule.paths === undefined ? [] : [[rule.host || '*', rule]])),
  );
  const backends = [...lastOfHost.values()].flatMap(({ paths = [] }) =>
    lastOfEach(paths).map(({ backend }) => backend),
  );
  if (ingress.defaultBackend !== undefined) backends.push(ingress.defaultBackend);
  const named = new Map<string, Map<string, PortName>>();
  for (const { service } of backends) {
    if (service === undefined) continue;
    const ports = named.get(service.name) ?? new Map<string, PortName>();
    const { portName, portNumber } = service;
    named.set(service.name, ports.set(`${portName}/${portNumber}`, { name: portName, number: portNumber }));
  }
  return new Map([...named].map(([name, ports]) => [name, [...ports.values()]]));
});

/** The last of two paths that are one in the URL map; a Prefix path is two there. */
function lastOfEach(paths: readonly IngressPath[]): readonly IngressPath[] {
  const last = new Map<string, IngressPath>();
  for (const path of paths) {
    const translated = translatePath(path.path, path.pathType);
    if (translated.ok) for (const one of translated.paths) last.set(one, path);
  }
  return [...new Set(last.values())];
}
