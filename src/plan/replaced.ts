// Backends that the Ingress names and the URL map does not have, because later paths have taken all of theirs (ingress-gce
// pkg/utils/gceurlmap.go PutPathRulesForHost, AllServicePorts). They are translated, and a NEG is made for them, but they are
// not synced: they get no health check and no backend service, and what would fail there fails nothing.
import type { Ingress } from '../kubernetes/objects.ts';
import type { BackendPlan } from './backend-plan.ts';
import { readLargeOnce } from './lazy.ts';
import { hasManyPaths, mayMeet, translatePath } from './path.ts';
import type { UrlMap } from './url-map.ts';

/** @param urlMap made only where something may be replaced, for it plans every backend */
export function findReplaced(ingress: Ingress, urlMap: () => UrlMap): ReadonlySet<string> {
  return repeatsPaths(ingress) ? backendsWithoutRoutes(urlMap()) : NONE;
}

const NONE: ReadonlySet<string> = new Set();

/** Of many paths read once: the Ingresses of a Service are planned whenever one of its neighbours comes. */
const repeatsPaths = readLargeOnce(hasManyPaths, ({ rules }): boolean => {
  const hosts = new Set<string>();
  return rules.some(({ host, paths }) => {
    if (paths === undefined) return false;
    if (hosts.has(host)) return true;
    hosts.add(host);
    const translated = paths.map(({ path, pathType }) => translatePath(path, pathType));
    if (!mayMeet(translated)) return false;
    const routes = translated.flatMap((one) => (one.ok ? one.paths : []));
    return new Set(routes).size < routes.length;
  });
});

function backendsWithoutRoutes(urlMap: UrlMap): ReadonlySet<string> {
  const kept = new Set([...urlMap.leftOut.map(({ plan }) => plan), ...backendsOfPaths(urlMap)]);
  const lost = urlMap.sites.flatMap(({ plan }) =>
    plan === undefined || kept.has(plan) || isDefaultBackend(plan) ? [] : [plan.key],
  );
  return new Set(lost);
}

function isDefaultBackend({ namedAt }: BackendPlan): boolean {
  return namedAt.some(([, field]) => field === 'defaultBackend');
}

/** Of each path, as often as paths lead there. */
export function backendsOfPaths({ hostRules }: UrlMap): readonly BackendPlan[] {
  return hostRules.flatMap(({ paths }) => paths.map(({ backend }) => backend));
}
