// Names of container images as the catalogue compares them, and the versions that their tags give.

export interface Image {
  /** Path parts without registry and tag; official images of Docker Hub begin with "library". */
  readonly path: readonly string[];
  /** What the tag says; undefined for latest, digests, commits and dates. */
  readonly version: Version | undefined;
}

export type Version = readonly number[];

export interface VersionRange {
  readonly from?: string;
  readonly below?: string;
}

const DOCKER_HUB = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);
/** Above every major version and every year; larger numbers are dates and builds. */
const MAX_MAJOR = 9999;

/** `registry:5000/mirror/argoproj/argocd:v3.4@sha256:…` → mirror, argoproj, argocd; 3.4 */
export function parseImage(text: string): Image {
  const parts = (text.split('@', 1)[0] ?? '').split('/');
  const [name = '', tag = ''] = (parts.pop() ?? '').split(':');
  const [first] = parts;
  const hasRegistry = first !== undefined && (first.includes('.') || first.includes(':') || first === 'localhost');
  const owners = hasRegistry ? parts.slice(1) : parts;
  // A name alone is official on Docker Hub only; elsewhere its registry must vouch for it.
  if (owners.length === 0) owners.push(hasRegistry && !DOCKER_HUB.has(first) ? first : 'library');
  return { path: [...owners, name], version: versionOf(tag) };
}

/** A mirror keeps the end of the path, the owner at least. */
export function isImageOf(path: readonly string[], known: readonly string[]): boolean {
  const end = path.slice(-known.length);
  return end.length === known.length && end.every((part, index) => part === known[index]);
}

/** `v2.14.3-debian-12` → 2, 14, 3 */
function versionOf(tag: string): Version | undefined {
  const version = tag
    .match(/^v?(\d+(?:\.\d+)*)(?:[-_+].*)?$/)?.[1]
    ?.split('.')
    .map(Number);
  return (version?.[0] ?? 0) > MAX_MAJOR ? undefined : version;
}

/** Of the limits in the policy, which are few. */
const knownLimits = new Map<string, Version>();

function numbersOf(limit: string): Version {
  let numbers = knownLimits.get(limit);
  if (numbers === undefined) {
    numbers = limit.split('.').map(Number);
    knownLimits.set(limit, numbers);
  }
  return numbers;
}

/** @returns undefined where it is not known: tag 2 may be any 2.x, and no version may be any */
export function isBelow(version: Version | undefined, limit: string): boolean | undefined {
  for (const [index, wanted] of numbersOf(limit).entries()) {
    const part = version?.[index];
    if (part === undefined) return undefined;
    if (part !== wanted) return part < wanted;
  }
  return false;
}

/** Only what is certain is within a range that has limits. */
export function isWithin({ from, below }: VersionRange, version: Version | undefined): boolean {
  return (
    (from === undefined || isBelow(version, from) === false) &&
    (below === undefined || isBelow(version, below) === true)
  );
}
