// Hosts and paths as they would be in Google's URL map (ingress-gce pkg/controller/translator/translator.go
// TranslateIngress, pkg/utils/gceurlmap.go PutPathRulesForHost).
import { referenceTo } from '../kubernetes/field-path.ts';
import type { Ingress, IngressBackend, IngressPath } from '../kubernetes/objects.ts';
import { keepsServicePort } from './backend-error.ts';
import type { BackendPlan } from './backend-plan.ts';
import type { Backends } from './backends.ts';
import { AT_DEFAULT, type Fault, fault, type Place } from './fault.ts';
import { DEFAULT_PATH_TYPE, mayMeet, translatePath, whyGoogleRefuses } from './path.ts';
import type { PathSite } from './path-site.ts';

/** One path of the URL map. A path of the Ingress makes one or two of them. */
export interface PathRoute {
  readonly path: string;
  readonly backend: BackendPlan;
  readonly site: PathSite;
}

export interface HostRule {
  /** "*" for no host. */
  readonly host: string;
  /** Empty where every path failed: the host would answer from the default backend. */
  readonly paths: readonly PathRoute[];
}

export interface UrlMap {
  /** Every path of the Ingress, in its order. */
  readonly sites: readonly PathSite[];
  readonly hostRules: readonly HostRule[];
  /** Paths that get into no URL map, because they or their backends fail to translate. */
  readonly leftOut: readonly PathSite[];
  readonly faults: readonly Fault[];
}

const ANY_HOST = '*';

export function planUrlMap(ingress: Ingress, backends: Backends): UrlMap {
  const sites = ingress.rules.map(({ host, paths }, ruleIndex) =>
    paths?.map((path, pathIndex) => siteOf(path, host, ruleIndex, pathIndex, backends)),
  );
  /** By host: the rule that counts, the last, and its routes. */
  const hosts = new Map<string, number>();
  const faults: Fault[] = [];
  for (const [ruleIndex, { host: given }] of ingress.rules.entries()) {
    const host = given || ANY_HOST;
    if (sites[ruleIndex] === undefined) {
      faults.push(ruleWithoutPaths(ingress, host, ruleIndex));
      continue;
    }
    const earlier = hosts.get(host);
    if (earlier !== undefined) {
      faults.push(repeatedHost(ingress, host, earlier, ruleIndex));
      hosts.delete(host); // the later rule goes to the end, as in the controller's list
    }
    hosts.set(host, ruleIndex);
  }
  const all = sites.flatMap((ofRule) => ofRule ?? []);
  for (const site of all) {
    faults.push(...siteFaults(ingress, site, hosts.get(site.host || ANY_HOST) === site.ruleIndex));
  }
  const hostRules: HostRule[] = [];
  for (const [host, ruleIndex] of hosts) {
    const own = sites[ruleIndex] ?? [];
    const last = lastSites(own);
    const routes = own.filter(isBuilt).flatMap(routesOf);
    if (last === undefined) hostRules.push({ host, paths: routes });
    else {
      faults.push(...findRepeated(ingress, own, last));
      hostRules.push({ host, paths: lastOfEach(routes) });
    }
  }
  faults.push(...findDefaultWithoutService(ingress));
  return { sites: all, hostRules, leftOut: all.filter((site) => !isBuilt(site)), faults };
}

function siteOf(path: IngressPath, host: string, ruleIndex: number, pathIndex: number, backends: Backends): PathSite {
  // Field by field: there may be tens of thousands, and a spread takes V8 several times as long.
  return {
    path: path.path,
    pathType: path.pathType,
    backend: path.backend,
    host,
    type: path.pathType ?? DEFAULT_PATH_TYPE,
    ruleIndex,
    pathIndex,
    field: ['spec', 'rules', ruleIndex, 'http', 'paths', pathIndex],
    translated: translatePath(path.path, path.pathType),
    plan: backends.of(path.backend),
  };
}

/** Whether it gets into the URL map. Without a ServicePort the controller does not get to look at the path. */
function isBuilt({ plan, translated }: PathSite): boolean {
  return translated.ok && plan !== undefined && (plan.error === undefined || keepsServicePort(plan.error));
}

function routesOf(site: PathSite): readonly PathRoute[] {
  const { translated, plan } = site;
  return translated.ok && plan !== undefined ? translated.paths.map((path) => ({ path, backend: plan, site })) : [];
}

/** Of two equal paths the last wins; it keeps its place. */
function lastOfEach(routes: readonly PathRoute[]): readonly PathRoute[] {
  const last = new Map(routes.map((route) => [route.path, route]));
  return routes.filter((route) => last.get(route.path) === route);
}

export function atSite({ ruleIndex, pathIndex }: PathSite): Place {
  return { at: 'path', ruleIndex, pathIndex };
}

/** @param counts false where a later rule for the same host replaces this one */
function siteFaults(ingress: Ingress, site: PathSite, counts: boolean): readonly Fault[] {
  const { translated, field, plan, backend } = site;
  // Made for those that have a fault only: there may be tens of thousands.
  const common = () => ({ site, owner: referenceTo(ingress), place: atSite(site) });
  if (plan === undefined) return [fault('C3', { ...common(), named: backend, path: [...field, 'backend'] })];
  if (!translated.ok) {
    const { condition } = translated;
    const path = [...field, condition === 'C16' ? 'pathType' : 'path'];
    // The whole Ingress fails for the backend's error as well, and for this one next.
    const isHidden = plan.error !== undefined && !keepsServicePort(plan.error);
    return [fault(condition, { ...common(), path, isHidden, isCertain: true })];
  }
  for (const route of translated.paths) {
    const why = whyGoogleRefuses(route);
    if (why === undefined) continue;
    return [
      fault('G1', {
        ...common(),
        route,
        why,
        path: [...field, 'path'],
        isHidden: !counts || !isBuilt(site),
        isCertain: counts,
      }),
    ];
  }
  return [];
}

function ruleWithoutPaths(ingress: Ingress, host: string, ruleIndex: number): Fault {
  const path = ['spec', 'rules', ruleIndex];
  return fault('C43', { host, ruleIndex, owner: referenceTo(ingress), path, place: { at: 'host', host } });
}

function repeatedHost(ingress: Ingress, host: string, earlier: number, later: number): Fault {
  const path = ['spec', 'rules', earlier, ...(host === ANY_HOST ? [] : ['host'])];
  return fault('C41', { host, earlier, later, owner: referenceTo(ingress), path, place: { at: 'host', host } });
}

/** The last path of one host that has each route; undefined where no two have the same. */
function lastSites(sites: readonly PathSite[]): ReadonlyMap<string, PathSite> | undefined {
  if (sites.length < 2 || !mayMeet(sites.map(({ translated }) => translated))) return undefined;
  const last = new Map<string, PathSite>();
  for (const site of sites) if (site.translated.ok) for (const route of site.translated.paths) last.set(route, site);
  return last;
}

/** Of the paths of one host, those that lose a route to a later one: one fault for each loser. */
function findRepeated(
  ingress: Ingress,
  sites: readonly PathSite[],
  last: ReadonlyMap<string, PathSite>,
): readonly Fault[] {
  return sites.flatMap((site) => {
    const route = site.translated.ok ? site.translated.paths.find((one) => last.get(one) !== site) : undefined;
    const winner = route === undefined ? undefined : last.get(route);
    if (route === undefined || winner === undefined) return [];
    const path = [...site.field, 'path'];
    return [fault('C42', { site, route, winner, owner: referenceTo(ingress), path, place: atSite(site) })];
  });
}

function findDefaultWithoutService(ingress: Ingress): readonly Fault[] {
  const named: IngressBackend | undefined = ingress.defaultBackend;
  if (named === undefined || named.service !== undefined) return [];
  const path = ['spec', 'defaultBackend'];
  return [fault('C3', { site: undefined, named, owner: referenceTo(ingress), path, place: AT_DEFAULT })];
}

/**
 * Whether two paths lead to one Service port; undefined where the Service is not known, so that a name and a number of its
 * ports may be one.
 */
export function haveSameBackend(a: BackendPlan | undefined, b: BackendPlan | undefined): boolean | undefined {
  if (a === undefined || b === undefined) return false;
  if (a.key === b.key) return true;
  const isOneService = a.serviceName === b.serviceName && a.namespace === b.namespace;
  const isNamedBothWays = (a.port.name === '') !== (b.port.name === '');
  return isOneService && a.service === undefined && isNamedBothWays ? undefined : false;
}
