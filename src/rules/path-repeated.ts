import type { Wording } from '../judge/finding.ts';
import { advise, inWords, type Remedy, remove, set } from '../judge/fix.ts';
import { siteIdentity } from '../judge/plan-words.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';
import type { PathSite } from '../plan/path-site.ts';
import { haveSameBackend } from '../plan/url-map.ts';

export const pathRepeated = defineRule({
  id: 'path-repeated',
  judges: ['Ingress'],
  severity: 'warning',
  summary: 'One path is given twice under a host, as the URL map has it.',
  why: 'Prefix "/foo" takes "/foo" too, as Exact "/foo" does, and the GKE Ingress controller lets the last of two win, whatever its type: the earlier one gets nothing, and nobody says so.',
  fix: 'Remove one of the two; an Exact path must come after the Prefix path that it is an exception of.',
  covers: ['C42'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#url_paths'],
  words: { C42: wordRepeated },
});

function wordRepeated({ site, winner, route }: FaultOf<'C42'>, { plan }: WordingContext): Wording {
  const { host, type } = site;
  const twice = `"${route}"${host === '' ? '' : ` of host "${host}"`} is given twice`;
  const identity = siteIdentity(site);
  const later = `paths[${winner.pathIndex}]`;
  const without = ({ field: entry }: PathSite): readonly Remedy[] =>
    plan === undefined ? [] : [remove(plan.ingress, entry)];
  const isCovered = hasRoutesOf(winner, site);
  // Names of one Service that is not known may be one port.
  if (haveSameBackend(site.plan, winner.plan) !== false) {
    // Only the one that takes less can go.
    const [wide, narrow] = isCovered ? [later, site] : [`paths[${site.pathIndex}]`, winner];
    const isEither = isCovered || hasRoutesOf(site, winner);
    const fix = isEither ? without(narrow) : [advise('leave one of the two out')];
    return { message: `${twice}, to the same backend: ${wide} would do.`, fix, severity: 'info', identity };
  }
  if (winner.type === 'Exact' && type !== 'Exact') {
    // So it is meant: the exact path is an exception of the prefix.
    const message = `${twice}: the Exact path, ${later}, gets it only because it is the later one.`;
    return { message, fix: [advise('Keep the Exact path after this one')], severity: 'info', identity };
  }
  const taker = winner.backend.service === undefined ? '' : ` (Service "${winner.backend.service.name}")`;
  const message = `${twice}: the later, ${later}${taker}, gets it, and this ${type} path does not.`;
  if (type === 'Exact') return { message, fix: [advise(`Put the Exact path after ${later}`)], identity };
  if (isCovered || plan === undefined) return { message, fix: without(site), identity };
  // What is below it this path still takes.
  const exact = inWords(
    `set pathType: Exact in ${later}`,
    set(plan.ingress, [...winner.field, 'pathType'], 'Exact', 'if it is meant as an exception of this path'),
  );
  return { message, fix: [exact, ...without(winner)], identity };
}

/** Whether the first takes all that the second would. */
function hasRoutesOf({ translated: wide }: PathSite, { translated: narrow }: PathSite): boolean {
  if (!wide.ok || !narrow.ok) return false;
  return narrow.paths.every((route) => wide.paths.includes(route));
}
