// A plan for people: the chain from host to Pod as a tree, each break marked where it is, and all problems at the end.

import { negSourceInWords, servedBecause } from '../judge/plan-words.ts';
import { plainLine } from '../kubernetes/plain-text.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { PathSite } from '../plan/path-site.ts';
import type { HostRule, PathRoute } from '../plan/url-map.ts';
import { askedLines, entryLines } from './asked-text.ts';
import { frontEndLines } from './explain-front-end.ts';
import { gatherClusterCauses, tableLines } from './explain-overview.ts';
import {
  answersInWords,
  builtInWords,
  defaultBackendOf,
  featuresInWords,
  groupRoutes,
  healthCheckInWords,
  isUnseen,
  serviceInWords,
  strayParts,
  workloadsInWords,
} from './explain-parts.ts';
import { INFO_MARK, MARK, problemLines, summaryLines } from './explain-problems.ts';
import { DIFFERS, seenLines } from './explain-seen.ts';
import { unseenInBackend, unseenInFrontEnd, unseenService } from './explain-unseen.ts';
import { wrapProse } from './explain-wrap.ts';
import type { ExplainedPlan } from './explained-plan.ts';

/** @param ofCluster rules whose cause is the cluster's: said once where there are several Ingresses */
export function renderExplainText(
  plans: readonly ExplainedPlan[],
  hasColour = false,
  ofCluster: ReadonlySet<string> = new Set(),
): string {
  if (plans.length === 0) return 'There is no Ingress to explain.\n';
  const isOverview = plans.length > 1;
  const causes = isOverview ? gatherClusterCauses(plans, ofCluster) : { lines: [], plans };
  const blocks = causes.plans.map((explained) => {
    const { seen, plan, asked, entries = [] } = explained;
    return [
      ...explainLines(explained),
      ...(seen === undefined ? [] : ['', ...seenLines(plan, seen)]),
      ...(asked === undefined ? [] : ['', ...askedLines(asked)]),
      ...(entries.length === 0 ? [] : ['', ...entryLines(entries)]),
    ];
  });
  const overview = isOverview ? [[...tableLines(plans), '', ...causes.lines].slice(0, -1)] : [];
  // A message may quote what anybody has written into an object.
  const text = `${[...overview, ...blocks].map((lines) => lines.map(plainLine).join('\n')).join('\n\n\n')}\n`;
  return hasColour ? withColour(text) : text;
}

function explainLines(explained: ExplainedPlan): readonly string[] {
  const { plan } = explained;
  const shown = new Set<string>();
  const hosts = plan.urlMap.hostRules.map((rule) => hostLines(explained, rule, shown));
  return [
    ...headLines(explained),
    '',
    ...hosts.flatMap((lines) => [...lines, '']),
    ...strayHostLines(explained),
    ...defaultLines(explained, shown),
    '',
    'front end',
    ...frontEndLines(plan.frontEnd),
    ...unseenInFrontEnd(explained),
    ...problemLines(explained, 2, ({ at }) => at === 'frontEnd'),
    '',
    ...summaryLines(explained),
  ];
}

function headLines(explained: ExplainedPlan): readonly string[] {
  const { plan, facts } = explained;
  const { namespace, name } = plan.ingress.metadata;
  return [
    `Ingress ${namespace}/${name}`,
    `  class   ${plan.class.name}`,
    ...wrapProse('  served  ', `${plan.served.served ? 'yes' : 'no'}. ${servedBecause(plan, facts)}`, 10),
    ...problemLines(explained, 2, ({ at }) => at === 'ingress'),
  ];
}

function hostLines(plan: ExplainedPlan, { host, paths }: HostRule, shown: Set<string>): readonly string[] {
  const failed = plan.plan.urlMap.leftOut.filter((left) => (left.host || '*') === host);
  return [
    `host ${host}${host === '*' ? ' (every host)' : ''}`,
    ...problemLines(plan, 2, (place) => place.at === 'host' && place.host === host),
    ...groupRoutes(paths).flatMap((routes) => routeLines(plan, routes, shown)),
    ...failed.flatMap((left) => leftOutLines(plan, left, shown)),
    ...(paths.length === 0 && failed.length === 0 ? ['  no path: everything goes to the default backend'] : []),
  ];
}

function routeLines(
  plan: ExplainedPlan,
  routes: readonly [PathRoute, ...PathRoute[]],
  shown: Set<string>,
): readonly string[] {
  const [first] = routes;
  return [
    `  path ${routes.map(({ path }) => path).join(', ')}`,
    ...pathProblemLines(plan, first.site),
    ...backendLines(plan, first.backend, 4, shown),
  ];
}

function leftOutLines(plan: ExplainedPlan, left: PathSite, shown: Set<string>): readonly string[] {
  return [
    `  path ${left.path === '' ? '""' : left.path} (left out)`,
    ...pathProblemLines(plan, left),
    ...(left.plan === undefined ? [] : backendLines(plan, left.plan, 4, shown)),
  ];
}

function pathProblemLines(plan: ExplainedPlan, { ruleIndex, pathIndex }: PathSite): readonly string[] {
  return problemLines(
    plan,
    4,
    (place) => place.at === 'path' && place.ruleIndex === ruleIndex && place.pathIndex === pathIndex,
  );
}

/** Hosts and paths of rules that the URL map does not have, where there is something to say of them. */
function strayHostLines(explained: ExplainedPlan): readonly string[] {
  const { hosts, sites } = strayParts(explained);
  const lines = sites.flatMap((site) => {
    const found = pathProblemLines(explained, site);
    return found.length === 0 ? [] : [`  path ${site.path} (not in the load balancer)`, ...found];
  });
  return [
    ...hosts.flatMap((host) => [
      `host ${host} (not in the load balancer)`,
      ...problemLines(explained, 2, (place) => place.at === 'host' && place.host === host),
      '',
    ]),
    ...(lines.length === 0 ? [] : ['paths that a later path or rule replaces', ...lines, '']),
  ];
}

function defaultLines(explained: ExplainedPlan, shown: Set<string>): readonly string[] {
  const isSystem = explained.plan.ingress.defaultBackend === undefined;
  const backend = defaultBackendOf(explained);
  return [
    `everything else${isSystem ? " (the system's default backend)" : ''}`,
    ...problemLines(explained, 2, ({ at }) => at === 'default'),
    ...(backend === undefined ? [] : backendLines(explained, backend, 2, shown)),
  ];
}

function backendLines(
  explained: ExplainedPlan,
  backend: BackendPlan,
  indent: number,
  shown: Set<string>,
): readonly string[] {
  const built = builtInWords(backend);
  const mark = isUnseen(backend) ? '? ' : '';
  const title = `${' '.repeat(indent)}${mark}Service ${serviceInWords(backend)}`;
  if (shown.has(backend.key)) return [`${title}, as above`];
  shown.add(backend.key);
  return [
    `${title}${built === '' ? '' : ` (${built})`}`,
    ...podLines(explained, backend, indent + 2),
    ...problemLines(explained, indent + 2, (place) => place.at === 'backend' && place.key === backend.key),
  ];
}

function podLines(explained: ExplainedPlan, backend: BackendPlan, indent: number): readonly string[] {
  const pad = ' '.repeat(indent);
  if (isUnseen(backend)) return unseenService(explained, backend.serviceName, indent);
  const { service, error, isSystemDefault } = backend;
  const neg =
    service === undefined || isSystemDefault ? [] : wrapProse(pad, negSourceInWords(backend.negSource), indent + 2);
  const unseen = unseenInBackend(explained, backend, indent);
  if (error !== undefined) return [...neg, ...unseen];
  const workloads = workloadsInWords(backend).map((one) => `${pad}${one}`);
  const none = isSystemDefault && service === undefined ? [] : [`${pad}? no Pod that it selects is known`];
  const { healthCheck } = backend;
  const check =
    healthCheck === undefined ? [] : wrapProse(`${pad}health check: `, healthCheckInWords(healthCheck), indent + 2);
  return [
    ...neg,
    ...unseen,
    ...(workloads.length === 0 ? none : workloads),
    ...check,
    ...answersInWords(explained, backend).flatMap(({ label, text }) => wrapProse(`${pad}${label}: `, text, indent + 2)),
    ...(isSystemDefault ? [] : wrapProse(`${pad}settings: `, featuresInWords(backend.features), indent + 2)),
  ];
}

/** Colour adds nothing that the words do not say: marks red, titles bold. */
export function withColour(text: string): string {
  return text
    .replaceAll(MARK, `\u001b[31m${MARK}\u001b[0m`)
    .replaceAll(INFO_MARK, `\u001b[36m${INFO_MARK}\u001b[0m`)
    .replaceAll(DIFFERS, `\u001b[33m${DIFFERS}\u001b[0m`)
    .replaceAll(
      /^(?:Ingress|host|everything else|front end|seen in the cluster|asked of running Pods|for the catalogue)\b.*$/gm,
      (line) => `\u001b[1m${line}\u001b[0m`,
    );
}
