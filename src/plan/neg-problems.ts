// What the NEG controller refuses about a Service, in its order; of one Service only the first is told, as an event on
// the Service (facts: ingress-gce pkg/neg/controller.go processService, mergeStandaloneNEGsPortInfo; pkg/neg/utils.go
// negServicePorts; pkg/neg/syncers/utils.go ensureNetworkEndpointGroup).
import type { Facts } from '../facts/facts.ts';
import type { Service } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { NEG } from './annotation-keys.ts';
import { type NegAnnotation, readNegAnnotation } from './neg.ts';
import { annotationPath, type PlanProblem, type ProblemPlace, problem, referenceTo } from './problem.ts';

export interface NegProblemInput {
  readonly service: Service;
  /** Whether an Ingress reaches this Service through a NEG that is made for it. */
  readonly isUsed: boolean;
  readonly snapshot: Snapshot;
  readonly facts: Facts;
  readonly place: ProblemPlace;
}

export type NegNameInput = Pick<NegProblemInput, 'service' | 'snapshot' | 'place'>;

export function findNegProblem(input: NegProblemInput): PlanProblem | undefined {
  const annotation = readNegAnnotation(input.service.metadata.annotations);
  if (annotation.state === 'invalid') return undecodable(input, annotation.error);
  if (annotation.state === 'absent') return findIpv6Only(input, annotation);
  const names = customNames(input.service, annotation);
  return (
    findMissingPort(input, annotation) ??
    findNameWithIngress(input, annotation, names) ??
    findIpv6Only(input, annotation) ??
    findTakenName(input, names)
  );
}

/** The first problem of its NEG names alone (C37, C38, or a name that Google refuses), whatever else is wrong. */
export function findNegNameProblem(input: NegNameInput): PlanProblem | undefined {
  const annotation = readNegAnnotation(input.service.metadata.annotations);
  if (annotation.state !== 'valid') return undefined;
  const names = customNames(input.service, annotation);
  return findNameWithIngress(input, annotation, names) ?? findTakenName(input, names);
}

function at({
  service,
  place,
}: Pick<NegProblemInput, 'service' | 'place'>): Pick<PlanProblem, 'object' | 'path' | 'place'> {
  return { object: referenceTo(service), path: annotationPath(NEG), place };
}

function undecodable(input: NegProblemInput, error: string): PlanProblem {
  const { service } = input;
  const then =
    service.type === 'NodePort' || service.type === 'LoadBalancer' ? 'instance groups are used' : 'there is no backend';
  return problem({
    ...at(input),
    condition: 'C35',
    message: `the annotation ${NEG} cannot be decoded (${error}), so it counts for nothing: ${then}.`,
    fix: `Write ${NEG}: '{"ingress": true}'`,
  });
}

type ValidAnnotation = Extract<NegAnnotation, { readonly state: 'valid' }>;

function findMissingPort(input: NegProblemInput, { exposedPorts }: ValidAnnotation): PlanProblem | undefined {
  const has = input.service.ports.map(({ port }) => port);
  const missing = missingExposedPorts(input.service, exposedPorts);
  if (missing.length === 0) return undefined;
  return problem({
    ...at(input),
    condition: 'C36',
    message: `exposed_ports names port ${missing.join(', ')}, which the Service does not have: none of its NEGs is synced.`,
    fix: `Expose ports that the Service has (${has.join(', ') || 'none'}), or remove the entry.`,
  });
}

/** Ports of `exposed_ports` that are no port of the Service (C36). */
export function missingExposedPorts(
  { ports }: Service,
  exposedPorts: ValidAnnotation['exposedPorts'],
): readonly number[] {
  return [...exposedPorts.keys()].filter((exposed) => ports.every(({ port }) => port !== exposed));
}

/** Custom NEG names by Service port number, of ports that the Service has. */
function customNames(service: Service, { exposedPorts }: ValidAnnotation): ReadonlyMap<number, string> {
  const isPort = (port: number): boolean => service.ports.some((known) => known.port === port);
  return new Map([...exposedPorts].filter(([port, name]) => name !== '' && isPort(port)));
}

type Names = ReadonlyMap<number, string>;

function findNameWithIngress(input: NegNameInput, { ingress }: ValidAnnotation, names: Names): PlanProblem | undefined {
  if (!ingress || names.size === 0) return undefined;
  return problem({
    ...at(input),
    condition: 'C37',
    message: `a NEG name of one's own ("${[...names.values()].join('", "')}") does not go with "ingress": true: no NEG is made.`,
    fix: 'Remove the names from exposed_ports, or "ingress": true',
  });
}

/** C39 */
export function findIpv6Only(
  input: Omit<NegProblemInput, 'snapshot'>,
  annotation: NegAnnotation,
): PlanProblem | undefined {
  const { service, isUsed, facts } = input;
  const flag = facts.controller.enableIpv6OnlyNeg;
  const isExposed = annotation.state === 'valid' && annotation.exposedPorts.size > 0;
  if (flag.value || service.type === 'LoadBalancer' || !(isUsed || isExposed) || !isSingleStackIpv6(service))
    return undefined;
  return problem({
    ...at(input),
    condition: 'C39',
    message: 'the Service has IPv6 addresses only, and this controller makes no NEG for it (enableIpv6OnlyNeg is off).',
    fix: 'Set spec.ipFamilyPolicy: PreferDualStack, or use IPv4',
    path: ['spec', 'ipFamilies'],
    restsOn: flag.isGiven ? undefined : 'enableIpv6OnlyNeg',
  });
}

/** pkg/neg/controller.go isSingleStackIPv6Service */
function isSingleStackIpv6({ ipFamilies, ipFamilyPolicy }: Service): boolean {
  if (ipFamilyPolicy !== '' && ipFamilyPolicy !== 'SingleStack') return false;
  return ipFamilies.length === 1 && ipFamilies[0] === 'IPv6';
}

/** GCE's rule for names; the controller leaves it to Google. */
const NEG_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

function findTakenName(input: NegNameInput, names: Names): PlanProblem | undefined {
  const values = [...names.values()];
  const repeated = values.find((name, index) => values.indexOf(name) !== index);
  if (repeated !== undefined) return taken(input, repeated, 'two ports of this Service');
  const owners = otherOwnersOf(input, new Set(values));
  for (const name of values) {
    const other = owners.get(name);
    if (other !== undefined) return taken(input, name, inWords(other, input.service));
  }
  const illegal = values.find((name) => !NEG_NAME.test(name));
  if (illegal === undefined) return undefined;
  return problem({
    ...at(input),
    condition: null,
    message: `Google refuses the NEG name "${illegal}": lower-case letters, digits and dashes, at most 63, a letter first.`,
    fix: 'Choose another name in exposed_ports',
  });
}

function taken(input: NegNameInput, name: string, owner: string): PlanProblem {
  return problem({
    ...at(input),
    condition: 'C38',
    message: `the NEG name "${name}" is asked for by ${owner}, and a NEG belongs to one Service port only.`,
    fix: 'Choose another name in exposed_ports',
  });
}

/** Which of the names other Services ask for: each annotation is read once, however many names there are. */
function otherOwnersOf({ service, snapshot }: NegNameInput, names: ReadonlySet<string>): ReadonlyMap<string, Service> {
  const owners = new Map<string, Service>();
  if (names.size === 0) return owners;
  for (const other of snapshot.servicesAnnotated(NEG)) {
    if (other.metadata.namespace === service.metadata.namespace && other.metadata.name === service.metadata.name)
      continue;
    const annotation = readNegAnnotation(other.metadata.annotations);
    if (annotation.state !== 'valid') continue;
    for (const name of customNames(other, annotation).values()) {
      if (names.has(name) && !owners.has(name)) owners.set(name, other);
    }
  }
  return owners;
}

/** What stands in another namespace is not for everybody who may write a Service in this one. */
function inWords(other: Service, service: Service): string {
  const { namespace, name } = other.metadata;
  return namespace === service.metadata.namespace ? `Service "${name}" too` : 'a Service of another namespace';
}
