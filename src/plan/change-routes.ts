// Hosts and paths before and after: which are gone, which are new, and which lead elsewhere.
import { referenceTo } from '../kubernetes/field-path.ts';
import type { BackendPlan } from './backend-plan.ts';
import { type Cause, change, type Fallback, type PlanChange } from './change.ts';
import { AT_DEFAULT, type Place } from './fault.ts';
import type { PathSite } from './path-site.ts';
import type { IngressPlan } from './plan.ts';
import { atSite, type HostRule, type PathRoute } from './url-map.ts';

/** Whether both are one port of one Service; where the Service is not known, a name and a number may be. */
export function isSameBackend(a: BackendPlan, b: BackendPlan): boolean {
  if (a.serviceName !== b.serviceName || a.namespace !== b.namespace) return false;
  if (a.servicePort !== undefined && b.servicePort !== undefined) return a.servicePort.port === b.servicePort.port;
  const isNamedBothWays = (a.port.name === '') !== (b.port.name === '');
  return isNamedBothWays || (a.port.name === b.port.name && a.port.number === b.port.number);
}

export function compareRoutes(before: IngressPlan, after: IngressPlan): readonly PlanChange[] {
  const now = new Map(after.urlMap.hostRules.map((rule) => [rule.host, rule]));
  const was = new Set(before.urlMap.hostRules.map(({ host }) => host));
  return [
    ...before.urlMap.hostRules.flatMap((rule) => {
      const same = now.get(rule.host);
      return same === undefined ? [hostGone(rule.host, after)] : compareHost(rule, same, after);
    }),
    ...after.urlMap.hostRules.flatMap((rule) => (was.has(rule.host) ? [] : [hostNew(rule, after)])),
    ...compareDefaults(before, after),
  ];
}

function atRules({ ingress }: IngressPlan): readonly Cause[] {
  return [{ object: referenceTo(ingress), path: ingress.rules.length === 0 ? ['spec'] : ['spec', 'rules'] }];
}

function hostGone(host: string, plan: IngressPlan): PlanChange {
  const place = { at: 'host', host } as const;
  return change('host-gone', { plan, place, causes: atRules(plan), host, fallback: fallbackOfHost(host, plan) });
}

function hostNew({ host, paths }: HostRule, plan: IngressPlan): PlanChange {
  const ruleIndex = plan.urlMap.sites.find((site) => (site.host || '*') === host)?.ruleIndex;
  const path = ruleIndex === undefined ? ['spec', 'rules'] : ['spec', 'rules', ruleIndex];
  const causes = [{ object: referenceTo(plan.ingress), path }];
  const backends = [...new Map(paths.map(({ backend }) => [backend.key, backend])).values()];
  return change('host-new', { plan, place: { at: 'host', host }, causes, host, backends });
}

function compareHost(was: HostRule, now: HostRule, plan: IngressPlan): readonly PlanChange[] {
  const routes = new Map(now.paths.map((route) => [route.path, route]));
  const known = new Set(was.paths.map(({ path }) => path));
  const { host } = was;
  const gone = was.paths.filter(({ path }) => !routes.has(path));
  const moved = was.paths.flatMap((route) => {
    const other = routes.get(route.path);
    return other === undefined || isSameBackend(route.backend, other.backend) ? [] : [{ route, other }];
  });
  const added = now.paths.filter(({ path }) => !known.has(path));
  return [
    ...bySite(gone, ({ site }) => site).map((all) => pathGone(host, all, now, plan)),
    ...bySite(moved, ({ other }) => other.site).map(([{ route, other }, ...more]) => {
      const paths = [other, ...more.map((one) => one.other)].map(({ path }) => path);
      const moving = { host, paths, was: route.backend, now: other.backend };
      return change('route-moved', { plan, ...atBackendOf(other.site, plan), ...moving });
    }),
    ...bySite(added, ({ site }) => site).map(([first, ...more]) => {
      const paths = [first, ...more].map(({ path }) => path);
      return change('path-new', { plan, ...atBackendOf(first.site, plan), host, paths, backend: first.backend });
    }),
  ];
}

function pathGone(host: string, gone: readonly PathRoute[], now: HostRule, plan: IngressPlan): PlanChange {
  const paths = gone.map(({ path }) => path);
  const fallback = fallbackOfPath(paths.at(-1) ?? '', now, plan);
  return change('path-gone', { plan, place: { at: 'host', host }, causes: atRules(plan), host, paths, fallback });
}

/** One path of an Ingress makes one or two of the URL map: what happens to both is said once. */
function bySite<T>(all: readonly T[], siteOf: (one: T) => PathSite): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<PathSite, [T, ...T[]]>();
  for (const one of all) {
    const site = siteOf(one);
    const group = groups.get(site);
    if (group === undefined) groups.set(site, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

function atBackendOf(
  site: PathSite,
  { ingress }: IngressPlan,
): { readonly place: Place; readonly causes: readonly Cause[] } {
  return { place: atSite(site), causes: [{ object: referenceTo(ingress), path: [...site.field, 'backend'] }] };
}

function fallbackOfHost(host: string, plan: IngressPlan): Fallback {
  const others = plan.urlMap.hostRules.map((rule) => rule.host).filter((one) => covers(one, host));
  const [longest = ''] = others.toSorted((a, b) => b.length - a.length);
  return longest === '' ? defaultOf(plan) : { host: longest, path: '', backend: undefined };
}

/** Google takes the longest that fits, and "*" where none does. */
function covers(pattern: string, host: string): boolean {
  return pattern === '*' || (pattern.startsWith('*.') && host !== pattern && host.endsWith(pattern.slice(1)));
}

function fallbackOfPath(path: string, { host, paths }: HostRule, plan: IngressPlan): Fallback {
  const below = path.endsWith('/*') ? path.slice(0, -1) : path;
  const taking = paths.filter((one) => one.path.endsWith('/*') && below.startsWith(one.path.slice(0, -1)));
  const [longest] = taking.toSorted((a, b) => b.path.length - a.path.length);
  return longest === undefined ? defaultOf(plan) : { host, path: longest.path, backend: longest.backend };
}

function defaultOf({ defaultBackend }: IngressPlan): Fallback {
  return { host: '', path: '', backend: defaultBackend ?? undefined };
}

function compareDefaults(before: IngressPlan, plan: IngressPlan): readonly PlanChange[] {
  const was = before.defaultBackend;
  const now = plan.defaultBackend;
  if (was === null || now === null || isSameBackend(was, now)) return [];
  const { ingress } = plan;
  const path = ingress.defaultBackend === undefined ? ['spec'] : ['spec', 'defaultBackend'];
  const causes = [{ object: referenceTo(ingress), path }];
  return [change('route-moved', { plan, place: AT_DEFAULT, causes, host: undefined, paths: [], was, now })];
}
