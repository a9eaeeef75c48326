// Who asks for which NEG names.
import { nameOf, type Service } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { readOnce } from './lazy.ts';
import { readNegAnnotation } from './neg.ts';

/** Custom NEG names of ports that the Service has, in the order of the annotation. */
export const customNames: (service: Service) => readonly string[] = readOnce((service) => {
  const annotation = readNegAnnotation(service.metadata.annotations);
  if (annotation.state !== 'valid') return [];
  const has = new Set(service.ports.map(({ port }) => port));
  return [...annotation.exposedPorts].filter(([port, name]) => name !== '' && has.has(port)).map(([, name]) => name);
});

export interface NegOwners {
  /** The two oldest Services of all namespaces that ask for a custom NEG name: nobody looks at more. */
  of(name: string): readonly Service[];
  /** Names of the Service that another has, which is not younger: of two that are not stored yet each is in the other's way. */
  takenFrom(service: Service): readonly TakenName[];
}

export interface TakenName {
  readonly name: string;
  readonly other: Service;
}

/** Of more names that are wrong nobody reads. */
export const MAX_WRONG_NAMES = 20;

/** @param snapshot one that does not change while this is used */
export function negOwners(snapshot: Snapshot): NegOwners {
  const known = new Map<string, readonly Service[]>();
  const of = (name: string): readonly Service[] => {
    const owners = known.get(name) ?? twoOldest(snapshot.servicesBy(customNames, name));
    known.set(name, owners);
    return owners;
  };
  const takenFrom = readOnce((service: Service): readonly TakenName[] =>
    [...new Set(customNames(service))]
      .flatMap((name) => {
        const other = of(name).find((owner) => nameOf(owner) !== nameOf(service));
        return other === undefined || isYounger(other, service) ? [] : [{ name, other }];
      })
      .slice(0, MAX_WRONG_NAMES),
  );
  return { of, takenFrom };
}

function twoOldest(services: readonly Service[]): readonly Service[] {
  let oldest: readonly Service[] = [];
  for (const service of services) oldest = [...oldest, service].toSorted(byAge).slice(0, 2);
  return oldest;
}

/** Of two that are not stored yet neither is younger. */
function isYounger(a: Service, b: Service): boolean {
  const [ours, theirs] = [b.metadata.creationTimestamp, a.metadata.creationTimestamp];
  return ours !== '' && (theirs === '' || theirs > ours);
}

/** Of two of one age the first by name, so that the same one is named whatever came first. */
function byAge(a: Service, b: Service): number {
  if (isYounger(a, b)) return 1;
  if (isYounger(b, a)) return -1;
  return nameOf(a) < nameOf(b) ? -1 : 1;
}
