import type { IngressBackend } from '../kubernetes/objects.ts';
import { DEFAULT_PATH_TYPE, looksLikePattern, translatePath, whyGoogleRefuses } from '../plan/path.ts';
import { defaultBackendKey, type PathSite, pathsOf } from './ingress-paths.ts';
import { defineRule, type RuleFinding } from './rule.ts';

export const pathMatchesRootOnly = defineRule({
  id: 'path-matches-root-only',
  judges: 'Ingress',
  severity: 'warning',
  summary: `A path of type ${DEFAULT_PATH_TYPE} has no final "/*", so it matches that one path and nothing below it.`,
  why: `Most other controllers take such a path as a prefix. The GKE Ingress controller takes pathType ${DEFAULT_PATH_TYPE}, and no pathType, literally: the page opens, and its scripts, images and links go to another backend.`,
  fix: 'Set pathType: Prefix, or write "/*" at the end of the path.',
  covers: ['R6'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#url_paths'],
  check: ({ plan }) => {
    if (!plan.class.isClaimed) return [];
    const sites = pathsOf(plan);
    const surroundings: Surroundings = {
      coverOf: coversOf(sites),
      // Who writes "/*" elsewhere knows the difference, and may mean it.
      isMeant: sites.some(({ type, path }) => type === DEFAULT_PATH_TYPE && path.endsWith('/*')),
      otherwise: { backend: plan.ingress.defaultBackend, backendKey: defaultBackendKey(plan) },
    };
    return sites.filter(isLiteral).flatMap((site) => findUncovered(site, surroundings));
  },
});

/** A file, such as /robots.txt, has nothing below it. */
function isLiteral({ path, type }: PathSite): boolean {
  if (type !== DEFAULT_PATH_TYPE || path === '' || path.includes('*') || path.lastIndexOf('.') > path.lastIndexOf('/'))
    return false;
  return whyGoogleRefuses(path) === undefined && !looksLikePattern(path);
}

interface Taker {
  readonly backend: IngressBackend | undefined;
  readonly backendKey: string | undefined;
}

interface Surroundings {
  readonly coverOf: (host: string, request: string) => Cover | undefined;
  readonly isMeant: boolean;
  /** Who takes what no path matches. */
  readonly otherwise: Taker;
}

function findUncovered(site: PathSite, { coverOf, isMeant, otherwise }: Surroundings): readonly RuleFinding[] {
  const { path, pathType, backendKey, field, inWords, subject } = site;
  const below = path.endsWith('/') ? path : `${path}/`;
  const cover = coverOf(site.host, `${below}x`);
  if (cover?.prefix === below) return [];
  const taker = cover?.taker ?? otherwise;
  if (backendKey !== undefined && backendKey === taker.backendKey) return [];
  return [
    {
      path: [...field, 'path'],
      message: `${inWords} has ${pathType === undefined ? 'no pathType' : `pathType ${pathType}`}, so it matches "${path}" alone: all below it goes to ${inWordsOf(taker.backend)}.`,
      fix: path === '/' ? 'Set pathType: Prefix, or path: "/*"' : `Set pathType: Prefix, or add "${below}*".`,
      subject,
      ...(isMeant ? { isCertain: false, severity: 'info' as const } : {}),
    },
  ];
}

interface Cover {
  readonly taker: Taker;
  /** With its final slash. */
  readonly prefix: string;
}

/** The prefixes of one host by their segments, so that a request is looked up in the time of its own length. */
interface Segment {
  readonly below: Map<string, Segment>;
  cover: Cover | undefined;
}

/** @returns the longest "/*" of a host that takes a request; of equal ones the first */
function coversOf(sites: readonly PathSite[]): Surroundings['coverOf'] {
  const hosts = new Map<string, Segment>();
  for (const site of sites) {
    const translated = translatePath(site.path, site.pathType);
    const patterns = translated.ok ? translated.paths.filter((one) => one.endsWith('/*')) : [];
    for (const pattern of patterns) {
      const prefix = pattern.slice(0, -1);
      const root = hosts.get(site.host) ?? emptySegment();
      hosts.set(site.host, root);
      let at = root;
      for (const name of prefix.split('/').slice(0, -1)) {
        const next = at.below.get(name) ?? emptySegment();
        at.below.set(name, next);
        at = next;
      }
      at.cover ??= { taker: site, prefix };
    }
  }
  return (host, request) => {
    let at = hosts.get(host);
    let longest: Cover | undefined;
    for (const name of request.split('/').slice(0, -1)) {
      at = at?.below.get(name);
      if (at === undefined) break;
      longest = at.cover ?? longest;
    }
    return longest;
  };
}

function emptySegment(): Segment {
  return { below: new Map(), cover: undefined };
}

function inWordsOf(backend: IngressBackend | undefined): string {
  return backend?.service === undefined ? 'the default backend' : `Service "${backend.service.name}"`;
}
