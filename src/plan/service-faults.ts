// What the NEG controller refuses about a Service, as an event on the Service, and what of its annotations is ignored
// (ingress-gce pkg/neg/controller.go processService, mergeStandaloneNEGsPortInfo; pkg/neg/utils.go negServicePorts;
// pkg/neg/syncers/utils.go ensureNetworkEndpointGroup). The controller stops at the first; each is a fault all the same.
import { annotationPath, referenceTo } from '../kubernetes/field-path.ts';
import type { Service } from '../kubernetes/objects.ts';
import { NEG } from './annotation-keys.ts';
import type { BackendPlan } from './backend-plan.ts';
import { type Fault, fault, type Place } from './fault.ts';
import { readOnce } from './lazy.ts';
import { isNegForIngress, type NegAnnotation, readNegAnnotation } from './neg.ts';
import { whoRefusesNegName } from './neg-name.ts';
import { customNames, MAX_WRONG_NAMES } from './neg-owners.ts';
import type { PlanInput } from './plan-input.ts';
import { findUnusedProtocols } from './protocol.ts';

export function findServiceFaults(
  backend: BackendPlan,
  service: Service,
  place: Place,
  input: PlanInput,
): readonly Fault[] {
  const annotation = readNegAnnotation(service.metadata.annotations);
  const onAnnotation = { backend, service, owner: referenceTo(service), path: annotationPath(NEG), place };
  const refused = findRefusedNegs(service, annotation);
  // The controller stops at the first.
  const isStopped = refused.missing.length > 0 || refused.names.length > 0;
  const ipv6 = findIpv6Only(backend, service, annotation, place, input);
  const faults: Fault[] = [
    ...(ipv6 === undefined ? [] : [{ ...ipv6, isHidden: isStopped }]),
    ...unusedProtocols(backend, service, place),
  ];
  if (annotation.state === 'invalid') {
    const { text, error } = annotation;
    // Instance groups take its place for other types than ClusterIP, unless the class takes NEGs only.
    const isCertain = backend.error?.condition === 'C6' || backend.isNegForced;
    faults.push(fault('C35', { ...onAnnotation, text, error, isCertain }));
  }
  if (annotation.state !== 'valid') return faults;
  const isCertain = backend.group === 'neg';
  const { missing, names } = refused;
  if (missing.length > 0) faults.push(fault('C36', { ...onAnnotation, missing, isCertain }));
  if (names.length > 0) faults.push(fault('C37', { ...onAnnotation, isCertain, isHidden: missing.length > 0, names }));
  return [...faults, ...findNameFaults(service, { ...onAnnotation, isCertain, isHidden: isStopped }, input)];
}

/** Ports that the Service does not have, and custom names together with "ingress": true: C36 and C37. */
function findRefusedNegs(
  service: Service,
  annotation: NegAnnotation,
): { readonly missing: readonly number[]; readonly names: readonly string[] } {
  const isForIngress = annotation.state === 'valid' && annotation.ingress;
  return { missing: missingExposedPorts(service), names: isForIngress ? customNames(service) : [] };
}

type NameContext = Omit<Parameters<typeof fault<'C38'>>[1], 'name' | 'other'>;

/** C38 and G2. */
function findNameFaults(service: Service, context: NameContext, { negOwners }: PlanInput): readonly Fault[] {
  const { repeated, illegal } = wrongNames(service);
  return [
    ...repeated.map((name) => fault('C38', { ...context, name, other: undefined })),
    ...negOwners.takenFrom(service).map((taken) => fault('C38', { ...context, ...taken })),
    ...illegal.map((refused) => fault('G2', { ...context, ...refused })),
  ];
}

/** Read once, whichever of its ports is looked at: there may be thousands, and as many names. */
const wrongNames = readOnce((service: Service) => {
  const names = customNames(service);
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
  }
  const illegal = [...seen].flatMap((name) => {
    const refusedBy = whoRefusesNegName(name);
    return refusedBy === undefined ? [] : [{ name, refusedBy }];
  });
  return { repeated: [...repeated].slice(0, MAX_WRONG_NAMES), illegal: illegal.slice(0, MAX_WRONG_NAMES) };
});

/** Ports of `exposed_ports` that the Service does not have (C36). */
export const missingExposedPorts = readOnce(({ ports, metadata }: Service): readonly number[] => {
  const annotation = readNegAnnotation(metadata.annotations);
  if (annotation.state !== 'valid') return [];
  const has = new Set(ports.map(({ port }) => port));
  return [...annotation.exposedPorts.keys()].filter((exposed) => !has.has(exposed));
});

/** C39 */
function findIpv6Only(
  backend: BackendPlan,
  service: Service,
  annotation: NegAnnotation,
  place: Place,
  { facts }: PlanInput,
): Fault | undefined {
  const flag = facts.controller.enableIpv6OnlyNeg;
  const isUsed = asksForNeg(backend, annotation);
  const isExposed = annotation.state === 'valid' && annotation.exposedPorts.size > 0;
  const isWanted = isUsed || isExposed;
  if (flag.value || service.type === 'LoadBalancer' || !isWanted || !isSingleStackIpv6(service)) return undefined;
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

/** The NEG controller does not ask whether the Ingress can be translated: the port alone has to be there. */
export function asksForNeg({ group, isNegForced, servicePort }: BackendPlan, annotation: NegAnnotation): boolean {
  if (group === 'neg' && !isNegForced) return true;
  return servicePort !== undefined && isNegForIngress(annotation);
}

/** pkg/neg/controller.go isSingleStackIPv6Service */
function isSingleStackIpv6({ ipFamilies, ipFamilyPolicy }: Service): boolean {
  if (ipFamilyPolicy !== '' && ipFamilyPolicy !== 'SingleStack') return false;
  return ipFamilies.length === 1 && ipFamilies[0] === 'IPv6';
}

/** Each port of the Service behind the Ingress has them. */
const unusedOf = readOnce((service: Service) => findUnusedProtocols(service).slice(0, MAX_WRONG_NAMES));

/** C44: keys are matched by port name only. */
function unusedProtocols(backend: BackendPlan, service: Service, place: Place): readonly Fault[] {
  return unusedOf(service).map(({ key, portName, protocol }) =>
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
