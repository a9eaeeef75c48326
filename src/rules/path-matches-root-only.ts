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
    const literal = sites.filter(isLiteral);
    const covers = coversOf(literal, sites);
    const surroundings: Surroundings = {
      // Who writes "/*" elsewhere knows the difference, and may mean it.
      isMeant: sites.some(({ type, path }) => type === DEFAULT_PATH_TYPE && path.endsWith('/*')),
      otherwise: { backend: plan.ingress.defaultBackend, backendKey: defaultBackendKey(plan) },
    };
    return literal.flatMap((site) => findUncovered(site, covers.get(site), surroundings));
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
  readonly isMeant: boolean;
  /** Who takes what no path matches. */
  readonly otherwise: Taker;
}

function findUncovered(
  site: PathSite,
  cover: Cover | undefined,
  { isMeant, otherwise }: Surroundings,
): readonly RuleFinding[] {
  const { path, pathType, backendKey, field, inWords, subject } = site;
  const below = belowOf(path);
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

/** What begins so is below the path. */
function belowOf(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

/** For each literal path the longest "/*" of its host that takes what is below it; of equal ones the first. */
function coversOf(literal: readonly PathSite[], sites: readonly PathSite[]): ReadonlyMap<PathSite, Cover> {
  const requests = Map.groupBy(literal, ({ host }) => host);
  const covers = Map.groupBy(sites.flatMap(prefixesOf), ({ host }) => host);
  const found = new Map<PathSite, Cover>();
  for (const [host, asked] of requests) {
    // In order of their texts, all that begins with a prefix stands directly behind it: nothing is compared with everything.
    const inOrder = [
      ...asked.map((site) => ({ text: belowOf(site.path), site })),
      ...(covers.get(host) ?? []).map((cover) => ({ text: cover.prefix, cover })),
    ].toSorted((a, b) => compareText(a.text, b.text) || Number('site' in a) - Number('site' in b));
    const open: Cover[] = [];
    for (const one of inOrder) {
      while (open.length > 0 && !one.text.startsWith(open.at(-1)?.prefix ?? '')) open.pop();
      const longest = open.at(-1);
      if ('cover' in one) {
        if (longest?.prefix !== one.text) open.push(one.cover);
      } else if (longest !== undefined) found.set(one.site, longest);
    }
  }
  return found;
}

function prefixesOf(site: PathSite): readonly (Cover & { readonly host: string })[] {
  const translated = translatePath(site.path, site.pathType);
  const patterns = translated.ok ? translated.paths.filter((one) => one.endsWith('/*')) : [];
  return patterns.map((pattern) => ({ host: site.host, taker: site, prefix: pattern.slice(0, -1) }));
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function inWordsOf(backend: IngressBackend | undefined): string {
  return backend?.service === undefined ? 'the default backend' : `Service "${backend.service.name}"`;
}
