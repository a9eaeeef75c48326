import { translatePath } from '../plan/path.ts';
import { type PathSite, pathsOf } from './ingress-paths.ts';
import { defineRule, type RuleFinding } from './rule.ts';

export const pathRepeated = defineRule({
  id: 'path-repeated',
  judges: 'Ingress',
  severity: 'warning',
  summary: 'One path is given twice under a host, as it stands in the URL map.',
  why: 'Prefix "/foo" takes "/foo" too, as Exact "/foo" does, and the GKE Ingress controller lets the last of two win, whatever its type: the earlier one gets nothing, and nobody says so.',
  fix: 'Remove one of the two; an Exact path stands after the Prefix path that it is an exception of.',
  covers: ['C42'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#url_paths'],
  check: ({ plan }) => {
    if (!plan.class.isClaimed) return [];
    const sites = pathsOf(plan);
    // Of two rules for one host only the later one counts.
    const lastRule = new Map(sites.map(({ host, ruleIndex }) => [host, ruleIndex]));
    const counting = sites.filter(({ host, ruleIndex }) => lastRule.get(host) === ruleIndex);
    return [...Map.groupBy(counting, ({ host }) => host).values()].flatMap(findLosers);
  },
});

function findLosers(sites: readonly PathSite[]): readonly RuleFinding[] {
  const routed = sites.map((site) => ({ site, routes: routesOf(site) }));
  const last = new Map(routed.flatMap(({ site, routes }) => routes.map((route) => [route, site] as const)));
  return routed.flatMap(({ site, routes }) => {
    const lost = routes.find((route) => last.get(route) !== site);
    const winner = lost === undefined ? undefined : last.get(lost);
    return lost === undefined || winner === undefined ? [] : judgePair(lost, site, winner);
  });
}

function routesOf({ path, pathType }: PathSite): readonly string[] {
  const translated = translatePath(path, pathType);
  return translated.ok ? translated.paths : [];
}

function judgePair(route: string, site: PathSite, winner: PathSite): readonly RuleFinding[] {
  const { host, field, subject, type, backendKey } = site;
  const twice = `"${route}"${host === '' ? '' : ` of host "${host}"`} is given twice`;
  const common = { path: [...field, 'path'], subject };
  const later = `paths[${winner.pathIndex}]`;
  if (backendKey !== undefined && backendKey === winner.backendKey) {
    const message = `${twice}, to the same backend: ${later} would do.`;
    return [{ ...common, message, fix: 'Remove one of the two.', severity: 'info' }];
  }
  if (winner.type === 'Exact' && type !== 'Exact') {
    // So it is meant: the exact path is an exception of the prefix.
    const message = `${twice}: the Exact path, ${later}, gets it only because it is the later one.`;
    return [{ ...common, message, fix: 'Keep the Exact path after this one.', severity: 'info' }];
  }
  const taker = winner.backend.service === undefined ? '' : ` (Service "${winner.backend.service.name}")`;
  return [
    {
      ...common,
      message: `${twice}: the later, ${later}${taker}, gets it, and this ${type} path does not.`,
      fix: type === 'Exact' ? `Put the Exact path after ${later}.` : 'Remove one of the two.',
    },
  ];
}
