import type { RuleFinding } from '../judge/finding.ts';
import { append, inWords, type Remedy, set } from '../judge/fix.ts';
import { siteIdentity, siteInWords } from '../judge/plan-words.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import type { Ingress, IngressBackend } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import { isChallengePath } from '../plan/cert-manager.ts';
import { DEFAULT_PATH_TYPE, looksLikePattern, whyGoogleRefuses } from '../plan/path.ts';
import { belowOf, type Cover, compareText, coversOf, sitesThatCount } from '../plan/path-covers.ts';
import type { PathSite } from '../plan/path-site.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { haveSameBackend } from '../plan/url-map.ts';

export const pathMatchesRootOnly = defineRule({
  id: 'path-matches-root-only',
  judges: ['Ingress'],
  severity: 'warning',
  summary: `A path of type ${DEFAULT_PATH_TYPE} has no final "/*", so it matches that one path and nothing below it.`,
  why: `Most other controllers take such a path as a prefix. The GKE Ingress controller takes pathType ${DEFAULT_PATH_TYPE}, and no pathType, literally: the page opens, and its scripts, images and links go to another backend.`,
  fix: 'Set pathType: Prefix, or add the path with "/*" at its end.',
  covers: ['R6'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#url_paths'],
  check: { Ingress: findLiteral },
});

function findLiteral({ ingress, plan }: IngressContext): readonly RuleFinding[] {
  const sites = sitesThatCount(plan.urlMap.sites);
  const all = sites.filter(isLiteral);
  const hasBelow = all.some(({ path }) => isEndpoint(path)) ? indexBelow(sites) : () => false;
  const literal = all.filter((site) => !isEndpoint(site.path) || hasBelow(site));
  if (literal.length === 0) return [];
  const covers = coversOf(literal, sites);
  const surroundings: Surroundings = {
    ingress,
    // Who writes "/*" elsewhere knows the difference, and may mean it.
    isMeant: sites.some(({ type, path }) => type === DEFAULT_PATH_TYPE && path.endsWith('/*')),
    otherwise: { backend: ingress.defaultBackend, plan: defaultOf(plan) },
  };
  return literal.flatMap((site) => findUncovered(site, covers.get(site), surroundings));
}

/** Of the Ingress's own default backend. */
function defaultOf({ backends }: IngressPlan): BackendPlan | undefined {
  return backends.find(({ namedAt }) => namedAt.some((field) => field[1] === 'defaultBackend'));
}

/** A file, such as /robots.txt, has nothing below it, and a challenge of cert-manager is one. */
function isLiteral({ path, type }: PathSite): boolean {
  if (isChallengePath(path)) return false;
  if (type !== DEFAULT_PATH_TYPE || path === '' || path.includes('*') || path.lastIndexOf('.') > path.lastIndexOf('/'))
    return false;
  return whyGoogleRefuses(path) === undefined && !looksLikePattern(path);
}

/**
 * One address, by its own word: nothing is asked below it.
 *
 * Last parts of paths that clients know whole: WebSockets, event streams, what other services call back, probes.
 */
function isEndpoint(path: string): boolean {
  if (path.includes('/.well-known/')) return true;
  return /(?:^|[/_-])(?:wss?|websockets?|webhooks?|hook|callback|events|sse|healthz|livez|readyz)$/i.test(path);
}

/** Who routes something below it does not take it for one address. */
function indexBelow(sites: readonly PathSite[]): (site: PathSite) => boolean {
  const inOrder = sites.map(({ host, path }) => `${host}\0${path}`).toSorted(compareText);
  return ({ host, path }) => {
    const below = `${host}\0${belowOf(path)}`;
    let [from, to] = [0, inOrder.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compareText(inOrder[middle] ?? '', below) < 0) from = middle + 1;
      else to = middle;
    }
    return inOrder[from]?.startsWith(below) ?? false;
  };
}

interface Taker {
  readonly backend: IngressBackend | undefined;
  readonly plan: BackendPlan | undefined;
}

interface Surroundings {
  readonly ingress: Ingress;
  readonly isMeant: boolean;
  /** Who takes what no path matches. */
  readonly otherwise: Taker;
}

function findUncovered(
  site: PathSite,
  cover: Cover | undefined,
  { ingress, isMeant, otherwise }: Surroundings,
): readonly RuleFinding[] {
  const { path, pathType, plan, field } = site;
  const below = belowOf(path);
  if (cover?.prefix === below) return [];
  const taker = cover?.site ?? otherwise;
  const isSame = haveSameBackend(plan, taker.plan);
  if (isSame === true) return [];
  return [
    {
      path: [...field, 'path'],
      message: `${siteInWords(site)} has ${pathType === undefined ? 'no pathType' : `pathType ${pathType}`}, so it matches "${path}" alone: all below it goes to ${inWordsOf(taker.backend)}.`,
      fix: [
        inWords('set pathType: Prefix', set(ingress, [...field, 'pathType'], 'Prefix')),
        ...alsoBelow(ingress, site),
      ],
      identity: siteIdentity(site),
      isCertain: isSame === false && !isMeant,
      ...(isMeant ? { severity: 'info' as const } : {}),
    },
  ];
}

/** A "/*" does not match the path without its slash, so that one stays. */
function alsoBelow(ingress: Ingress, { path, field, backend: { service } }: PathSite): readonly Remedy[] {
  const pattern = `${belowOf(path)}*`;
  if (path.endsWith('/')) return [inWords(`write path: "${pattern}"`, set(ingress, [...field, 'path'], pattern))];
  if (service === undefined) return [];
  const { name, portName, portNumber } = service;
  const port = portName === '' ? { number: portNumber } : { name: portName };
  const entry = { path: pattern, pathType: DEFAULT_PATH_TYPE, backend: { service: { name, port } } };
  return [inWords(`add path: "${pattern}" with the same backend`, append(ingress, field.slice(0, -1), entry))];
}

function inWordsOf(backend: IngressBackend | undefined): string {
  return backend?.service === undefined ? 'the default backend' : `Service "${backend.service.name}"`;
}
