import type { RuleFinding, Wording } from '../judge/finding.ts';
import { advise, inWords, type Remedy, set, together } from '../judge/fix.ts';
import { siteIdentity, siteInWords } from '../judge/plan-words.ts';
import { defineRule, type IngressContext, type WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';
import { readOnce } from '../plan/lazy.ts';
import { looksLikePattern, translatePath, whyGoogleRefuses } from '../plan/path.ts';
import type { PathSite } from '../plan/path-site.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { atSite } from '../plan/url-map.ts';

export const pathWildcardMisplaced = defineRule({
  id: 'path-wildcard-misplaced',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'A path has a "*" anywhere but as a final "/*", or is a regular expression.',
  why: 'The GKE Ingress controller hands the path on as it is, and Google refuses the URL map, for all paths of the Ingress. A pattern that Google does not refuse matches only its own characters.',
  fix: 'Write a plain path, with "/*" at its end for everything below it; patterns have no equivalent.',
  covers: ['G1', 'R6'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#url_paths',
    'https://cloud.google.com/load-balancing/docs/url-map-concepts',
  ],
  words: { G1: wordRefused },
  check: { Ingress: findPatterns },
});

function wordRefused({ site }: FaultOf<'G1'>, { plan }: WordingContext): Wording | undefined {
  const { path } = site;
  // Without its slash it is another mistake, which the API server refuses.
  if (!path.startsWith('/') && !path.includes('*')) return undefined;
  const what = looksLikePattern(path) ? 'is a pattern, and Google knows none but a final "/*"' : whatIsRefused(path);
  return {
    message: `${siteInWords(site)} ${what}: it refuses the URL map of the whole Ingress.`,
    identity: siteIdentity(site),
    fix: plan === undefined ? [] : [writePlain(site, plan)],
  };
}

/** Patterns that Google does not refuse. */
function findPatterns({ plan }: IngressContext): readonly RuleFinding[] {
  return plan.urlMap.sites.flatMap((site) => {
    const { translated, path, field } = site;
    if (!translated.ok || !looksLikePattern(path)) return [];
    if (translated.paths.some((route) => whyGoogleRefuses(route) !== undefined)) return [];
    return [
      {
        path: [...field, 'path'],
        message: `${siteInWords(site)} is a pattern, and Google knows none but a final "/*": taken literally, it matches no request.`,
        identity: siteIdentity(site),
        place: atSite(site),
        fix: [writePlain(site, plan)],
        isCertain: false,
        severity: 'warning',
      },
    ];
  });
}

function whatIsRefused(path: string): string {
  if (path.includes('*')) return 'has a "*" that is no final "/*", and Google takes no other';
  return `has a "${path.includes('?') ? '?' : '#'}", which Google takes in no path`;
}

function writePlain(site: PathSite, plan: IngressPlan): Remedy {
  const plain = plainOf(site);
  if (plain === undefined) return advise('write a plain path for each');
  const { path, type } = plain;
  // A path that is given twice is another fault.
  const isTaken = routesOf(site.host, plain).some((route) => (claimsOf(plan).get(route) ?? 0) > 1);
  if (isTaken) return advise('write a plain path that no other path of the host has');
  const at = [...site.field, 'path'];
  if (type !== site.type) {
    return together(set(plan.ingress, at, path), set(plan.ingress, [...site.field, 'pathType'], type));
  }
  const written = set(plan.ingress, at, path);
  return isPattern(site) ? inWords(`write a plain path, such as "${path}"`, written) : written;
}

interface Plain {
  readonly path: string;
  readonly type: string;
}

/** How many paths, as they are or as plain ones, would make each route. */
const claimsOf = readOnce(({ urlMap }: IngressPlan): ReadonlyMap<string, number> => {
  const claims = new Map<string, number>();
  for (const site of urlMap.sites) {
    const plain = isPattern(site) || /[?#]/.test(site.path) ? plainOf(site) : undefined;
    const routes = [...routesOf(site.host, site), ...(plain === undefined ? [] : routesOf(site.host, plain))];
    for (const route of new Set(routes)) claims.set(route, (claims.get(route) ?? 0) + 1);
  }
  return claims;
});

function routesOf(host: string, { path, type }: Plain): readonly string[] {
  const translated = translatePath(path, type);
  return translated.ok ? translated.paths.map((route) => `${host} ${route}`) : [];
}

function isPattern({ path }: PathSite): boolean {
  return path.includes('*') || looksLikePattern(path);
}

/**
 * What is before the pattern, down to a whole segment; all of it where the pattern begins a new one, as "(/|$)" does, or
 * takes everything, as "(.*)" does. undefined where it would be everything, and the pattern is not.
 */
function plainOf(site: PathSite): Plain | undefined {
  const { path, type } = site;
  // Taken literally, which is what GKE does, it is one path; and says so.
  if (!isPattern(site)) return { path: path.split(/[?#]/, 1)[0] || '/', type: type === 'Prefix' ? type : 'Exact' };
  if (type === 'Exact') return undefined;
  const start = path.search(/[\\^|{}[\]()?#*]|\.[*+]|\$$/);
  const before = path.slice(0, start);
  const isWhole = path.startsWith('(/', start) || /^[()*.?/|$]+$/.test(path.slice(start));
  const segment = isWhole ? before.replace(/\/$/, '') : before.slice(0, Math.max(0, before.lastIndexOf('/')));
  if (segment === '' && !isWhole) return undefined;
  const rooted = segment === '' || segment.startsWith('/') ? segment : `/${segment}`;
  return { path: type === 'Prefix' ? rooted || '/' : `${rooted}/*`, type };
}
