// What the NEG controller refuses about a Service, as an event on the Service, and what of its annotations is ignored
// (ingress-gce pkg/neg/controller.go processService, mergeStandaloneNEGsPortInfo; pkg/neg/utils.go negServicePorts;
// pkg/neg/syncers/utils.go ensureNetworkEndpointGroup). The controller stops at the first; each is a fault all the same.
import { annotationPath, referenceTo } from '../kubernetes/field-path.ts';
import type { Service } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { NEG } from './annotation-keys.ts';
import type { BackendPlan } from './backend.ts';
import { type Fault, fault, type Place } from './fault.ts';
import { lazy, readOnce } from './lazy.ts';
import { type NegAnnotation, readNegAnnotation } from './neg.ts';
import type { PlanInput } from './plan-input.ts';
import { findUnusedProtocols } from './protocol.ts';

type ValidAnnotation = Extract<NegAnnotation, { readonly state: 'valid' }>;

export function findServiceFaults(
  backend: BackendPlan,
  service: Service,
  place: Place,
  input: PlanInput,
): readonly Fault[] {
  const annotation = readNegAnnotation(service.metadata.annotations);
  const onAnnotation = { backend, service, owner: referenceTo(service), path: annotationPath(NEG), place };
  const ipv6 = findIpv6Only(backend, service, annotation, place, input);
  const faults: Fault[] = [...(ipv6 === undefined ? [] : [ipv6]), ...unusedProtocols(backend, service, place)];
  if (annotation.state === 'invalid') {
    const { text, error } = annotation;
    // Instance groups take its place for other types than ClusterIP, unless the class takes NEGs only.
    const isCertain = backend.error?.condition === 'C6' || backend.isNegForced;
    faults.push(fault('C35', { ...onAnnotation, text, error, isCertain }));
  }
  if (annotation.state !== 'valid') return faults;
  const isCertain = backend.group === 'neg';
  const missing = missingExposedPorts(service, annotation.exposedPorts);
  if (missing.length > 0) faults.push(fault('C36', { ...onAnnotation, missing, isCertain }));
  const names = [...customNames(service)];
  // The controller stops at the first.
  const later = { ...onAnnotation, isCertain, isHidden: missing.length > 0 };
  if (annotation.ingress && names.length > 0) faults.push(fault('C37', { ...later, names }));
  return [...faults, ...findNameFaults(names, later, input)];
}

type NameContext = Omit<Parameters<typeof fault<'C38'>>[1], 'name' | 'other'>;

/** C38, and names that Google refuses. */
function findNameFaults(names: readonly string[], context: NameContext, input: PlanInput): readonly Fault[] {
  const { service } = context;
  const seen = new Set<string>();
  const faults: Fault[] = [];
  for (const name of names) {
    if (seen.has(name)) faults.push(fault('C38', { ...context, name, other: undefined }));
    else {
      const other = findOlderOwner(service, name, input);
      if (other !== undefined) faults.push(fault('C38', { ...context, name, other }));
      if (!NEG_NAME.test(name)) faults.push(fault('G2', { ...context, name }));
    }
    seen.add(name);
  }
  return faults;
}

/** GCE's rule for names; the controller leaves it to Google. */
const NEG_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Ports of `exposed_ports` that the Service does not have (C36). */
export function missingExposedPorts(
  { ports }: Service,
  exposedPorts: ValidAnnotation['exposedPorts'],
): readonly number[] {
  const has = new Set(ports.map(({ port }) => port));
  return [...exposedPorts.keys()].filter((exposed) => !has.has(exposed));
}

/** Custom NEG names of ports that the Service has, in the order of the annotation. */
export const customNames: (service: Service) => readonly string[] = readOnce((service) => {
  const annotation = readNegAnnotation(service.metadata.annotations);
  if (annotation.state !== 'valid') return [];
  const has = new Set(service.ports.map(({ port }) => port));
  return [...annotation.exposedPorts].filter(([port, name]) => name !== '' && has.has(port)).map(([, name]) => name);
});

/** The Services of all namespaces that ask for a custom NEG name. */
export type NegOwners = () => ReadonlyMap<string, readonly Service[]>;

/** @param snapshot one that does not change while the map is used */
export function negOwners(snapshot: Snapshot): NegOwners {
  return lazy(() => {
    const owners = new Map<string, Service[]>();
    for (const service of snapshot.servicesAnnotated(NEG)) {
      for (const name of new Set(customNames(service))) {
        const others = owners.get(name);
        if (others === undefined) owners.set(name, [service]);
        else others.push(service);
      }
    }
    return owners;
  });
}

/** Another Service that has the NEG: the one that is not younger. Of two that are not stored yet each is in the other's way. */
function findOlderOwner(service: Service, name: string, input: PlanInput): Service | undefined {
  const owners = input.negOwners().get(name) ?? [];
  return owners.find((other) => !isSame(other, service) && !isYounger(other, service));
}

function isSame(a: Service, b: Service): boolean {
  return a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;
}

function isYounger(a: Service, b: Service): boolean {
  const [ours, theirs] = [b.metadata.creationTimestamp, a.metadata.creationTimestamp];
  return ours !== '' && (theirs === '' || theirs > ours);
}

/** C39 */
function findIpv6Only(
  backend: BackendPlan,
  service: Service,
  annotation: NegAnnotation,
  place: Place,
  { facts }: PlanInput,
): Fault | undefined {
  const flag = facts.controller.enableIpv6OnlyNeg;
  const isUsed = backend.group === 'neg' && !backend.isNegForced;
  const isExposed = annotation.state === 'valid' && annotation.exposedPorts.size > 0;
  if (flag.value || service.type === 'LoadBalancer' || !(isUsed || isExposed) || !isSingleStackIpv6(service))
    return undefined;
  return fault('C39', {
    backend,
    service,
    owner: referenceTo(service),
    path: ['spec', 'ipFamilies'],
    place,
    restsOn: flag.isGiven ? undefined : 'enableIpv6OnlyNeg',
    isCertain: isUsed && flag.isGiven,
  });
}

/** pkg/neg/controller.go isSingleStackIPv6Service */
function isSingleStackIpv6({ ipFamilies, ipFamilyPolicy }: Service): boolean {
  if (ipFamilyPolicy !== '' && ipFamilyPolicy !== 'SingleStack') return false;
  return ipFamilies.length === 1 && ipFamilies[0] === 'IPv6';
}

/** C44: keys are matched by port name only. */
function unusedProtocols(backend: BackendPlan, service: Service, place: Place): readonly Fault[] {
  return findUnusedProtocols(service).map(({ key, portName, protocol }) =>
    fault('C44', {
      backend,
      service,
      key,
      portName,
      protocol,
      owner: referenceTo(service),
      path: annotationPath(key),
      place,
      // Without the entry it is HTTP as well.
      isCertain: backend.protocol === 'HTTP' && protocol !== 'HTTP',
    }),
  );
}
