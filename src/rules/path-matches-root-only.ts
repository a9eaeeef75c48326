import type { IngressBackend } from '../kubernetes/objects.ts';
import { DEFAULT_PATH_TYPE, looksLikePattern, translatePath, whyGoogleRefuses } from '../plan/path.ts';
import type { IngressPlan } from '../plan/plan.ts';
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
    return sites.filter(isLiteral).flatMap((site) => findUncovered(site, sites, plan));
  },
});

/** A file, such as /robots.txt, has nothing below it. */
function isLiteral({ path, type }: PathSite): boolean {
  if (type !== DEFAULT_PATH_TYPE || path === '' || path.includes('*') || /\.[^/]*$/.test(path)) return false;
  return whyGoogleRefuses(path) === undefined && !looksLikePattern(path);
}

function findUncovered(site: PathSite, sites: readonly PathSite[], plan: IngressPlan): readonly RuleFinding[] {
  const { path, pathType, backendKey, field, inWords, subject } = site;
  const below = path.endsWith('/') ? path : `${path}/`;
  const cover = findCover(`${below}x`, sites, site.host);
  if (cover?.prefix === below) return [];
  const takerKey = cover === undefined ? defaultBackendKey(plan) : cover.backendKey;
  if (backendKey !== undefined && backendKey === takerKey) return [];
  const taker = cover?.backend ?? plan.ingress.defaultBackend;
  // Who writes "/*" elsewhere knows the difference, and may mean it.
  const isMeant = sites.some(({ type, path: other }) => type === DEFAULT_PATH_TYPE && other.endsWith('/*'));
  return [
    {
      path: [...field, 'path'],
      message: `${inWords} has ${pathType === undefined ? 'no pathType' : `pathType ${pathType}`}, so it matches "${path}" alone: all below it goes to ${inWordsOf(taker)}.`,
      fix: path === '/' ? 'Set pathType: Prefix, or path: "/*"' : `Set pathType: Prefix, or add "${below}*".`,
      subject,
      ...(isMeant ? { isCertain: false, severity: 'info' as const } : {}),
    },
  ];
}

interface Cover extends Pick<PathSite, 'backend' | 'backendKey'> {
  /** With its final slash. */
  readonly prefix: string;
}

/** The longest "/*" of the host that takes the request. */
function findCover(request: string, sites: readonly PathSite[], host: string): Cover | undefined {
  const covers = sites
    .filter((site) => site.host === host)
    .flatMap(({ path, pathType, backend, backendKey }): Cover[] => {
      const translated = translatePath(path, pathType);
      const patterns = translated.ok ? translated.paths.filter((one) => one.endsWith('/*')) : [];
      return patterns.map((pattern) => ({ backend, backendKey, prefix: pattern.slice(0, -1) }));
    })
    .filter(({ prefix }) => request.startsWith(prefix));
  return covers.toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
}

function inWordsOf(backend: IngressBackend | undefined): string {
  return backend?.service === undefined ? 'the default backend' : `Service "${backend.service.name}"`;
}
