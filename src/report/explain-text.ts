// A plan for people: the chain from host to Pod as a tree, each break marked where it is, and all problems at the end.

import { healthCheckReason, negSourceInWords, servedBecause } from '../judge/plan-words.ts';
import { plainLine } from '../kubernetes/plain-text.ts';
import type { AnswerSource } from '../plan/app.ts';
import type { BackendFeatures, Feature } from '../plan/backend-features.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { HealthCheckPlan } from '../plan/health-check.ts';
import type { PathSite } from '../plan/path-site.ts';
import type { HostRule, PathRoute } from '../plan/url-map.ts';
import { askedLines, entryLines } from './asked-text.ts';
import { frontEndLines } from './explain-front-end.ts';
import { gatherClusterCauses, tableLines } from './explain-overview.ts';
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

/** Routes that come from one path of the Ingress, and so have one backend. */
function groupRoutes(routes: readonly PathRoute[]): readonly (readonly [PathRoute, ...PathRoute[]])[] {
  const groups = new Map<number, [PathRoute, ...PathRoute[]]>();
  for (const route of routes) {
    const group = groups.get(route.site.pathIndex);
    if (group === undefined) groups.set(route.site.pathIndex, [route]);
    else group.push(route);
  }
  return [...groups.values()];
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

/** Hosts and paths of rules that the URL map does not have: skipped or replaced ones, whose problems would stand nowhere else. */
function strayHostLines(explained: ExplainedPlan): readonly string[] {
  const { plan, findings } = explained;
  const { hostRules, sites } = plan.urlMap;
  const known = new Set(hostRules.map(({ host }) => host));
  const counting = new Set([
    ...hostRules.flatMap(({ paths }) => paths.map(({ site }) => site)),
    ...plan.urlMap.leftOut.filter(({ host }) => known.has(host || '*')),
  ]);
  const hosts = new Set(
    findings.flatMap(({ place }) => (place.at === 'host' && !known.has(place.host) ? [place.host] : [])),
  );
  const lost = sites.filter((site) => !counting.has(site));
  const lines = lost.flatMap((site) => {
    const found = pathProblemLines(explained, site);
    return found.length === 0 ? [] : [`  path ${site.path} (not in the load balancer)`, ...found];
  });
  return [
    ...[...hosts].flatMap((host) => [
      `host ${host} (not in the load balancer)`,
      ...problemLines(explained, 2, (place) => place.at === 'host' && place.host === host),
      '',
    ]),
    ...(lines.length === 0 ? [] : ['paths that a later path or rule replaces', ...lines, '']),
  ];
}

function defaultLines(explained: ExplainedPlan, shown: Set<string>): readonly string[] {
  const { plan } = explained;
  const isSystem = plan.ingress.defaultBackend === undefined;
  const failed = plan.backends.find((backend) => backend.error !== undefined && isDefault(explained, backend));
  const backend = plan.defaultBackend ?? failed;
  return [
    `everything else${isSystem ? " (the system's default backend)" : ''}`,
    ...problemLines(explained, 2, ({ at }) => at === 'default'),
    ...(backend === undefined ? [] : backendLines(explained, backend, 2, shown)),
  ];
}

function isDefault({ plan }: ExplainedPlan, { isSystemDefault, namedAt }: BackendPlan): boolean {
  if (plan.ingress.defaultBackend === undefined) return isSystemDefault;
  return namedAt.some((path) => path[1] === 'defaultBackend');
}

const GROUPS = { neg: 'NEG', instanceGroup: 'instance group' } as const;

function backendLines(
  explained: ExplainedPlan,
  backend: BackendPlan,
  indent: number,
  shown: Set<string>,
): readonly string[] {
  const port = backend.port.name || backend.port.number;
  const number = backend.servicePort !== undefined && backend.port.name !== '' ? ` = ${backend.servicePort.port}` : '';
  const namespace = backend.isSystemDefault ? `${backend.namespace}/` : '';
  const built = backend.group === undefined ? '' : ` (${GROUPS[backend.group]}, ${backend.protocol})`;
  const mark = isUnseen(backend) ? '? ' : '';
  const title = `${' '.repeat(indent)}${mark}Service ${namespace}${backend.serviceName}:${port}${number}`;
  if (shown.has(backend.key)) return [`${title}, as above`];
  shown.add(backend.key);
  return [
    `${title}${built}`,
    ...podLines(explained, backend, indent + 2),
    ...problemLines(explained, indent + 2, (place) => place.at === 'backend' && place.key === backend.key),
  ];
}

/** Named, and neither shown nor known to be absent. */
function isUnseen({ service, error, isSystemDefault }: BackendPlan): boolean {
  return service === undefined && error === undefined && !isSystemDefault;
}

function podLines(explained: ExplainedPlan, backend: BackendPlan, indent: number): readonly string[] {
  const pad = ' '.repeat(indent);
  if (isUnseen(backend)) return unseenService(explained, backend.serviceName, indent);
  const { service, error, isSystemDefault } = backend;
  const neg =
    service === undefined || isSystemDefault ? [] : wrapProse(pad, negSourceInWords(backend.negSource), indent + 2);
  const unseen = unseenInBackend(explained, backend, indent);
  if (error !== undefined) return [...neg, ...unseen];
  const workloads = backend.workloads.map(({ kind, metadata, replicas }) => {
    const scale = replicas === 0 ? ' (no replicas)' : '';
    return `${pad}${kind}/${metadata.name}${scale}`;
  });
  const none = isSystemDefault && service === undefined ? [] : [`${pad}? no Pod that it selects is known`];
  const check = backend.healthCheck === undefined ? [] : healthLines(backend.healthCheck, indent);
  return [
    ...neg,
    ...unseen,
    ...(workloads.length === 0 ? none : workloads),
    ...check,
    ...answerLines(explained, backend, indent),
    ...(isSystemDefault ? [] : featureLines(backend.features, indent)),
  ];
}

function healthLines(plan: HealthCheckPlan, indent: number): readonly string[] {
  const { check } = plan;
  const over = check.protocol === 'HTTP' ? '' : ` over ${check.protocol}`;
  const host = check.host === '' ? '' : ` with Host: ${check.host}`;
  const port = check.port === null ? 'the serving port' : `port ${check.port}`;
  const times = `every ${check.intervalSec} s, timeout ${check.timeoutSec} s`;
  const text = `GET ${check.path}${over}${host} on ${port} ${times}, must answer 200 — ${healthCheckReason(plan)}`;
  return wrapProse(`${' '.repeat(indent)}health check: `, text, indent + 2);
}

/** Who says what the app answers: without that, nobody can tell a guess from what was heard. */
function answerLines({ answers }: ExplainedPlan, { key, workloads }: BackendPlan, indent: number): readonly string[] {
  return answers
    .filter((one) => one.key === key)
    .flatMap(({ workload, answer }) => {
      const { status, redirectsToHttps, speaksTlsOnly, name, unless, source = 'catalogue' } = answer;
      const known = speaksTlsOnly === true ? 'TLS only' : status === 0 ? 'a redirect' : String(status);
      const to = redirectsToHttps ? ' to HTTPS' : '';
      const whose = workloads.length > 1 ? ` of ${workload.kind}/${workload.metadata.name}` : '';
      return wrapProse(
        `${' '.repeat(indent)}answer${whose}: `,
        `${known}${to}, ${SOURCES[source]} (${name}${unless === undefined ? '' : `, unless ${unless}`})`,
        indent + 2,
      );
    });
}

const SOURCES: Readonly<Record<AnswerSource, string>> = {
  catalogue: 'says the catalogue',
  signal: 'by a sign in the Pod',
  asked: 'asked of running Pods',
};

/** What people look for when a load balancer behaves oddly, with what a BackendConfig says of it marked. */
function featureLines(features: BackendFeatures, indent: number): readonly string[] {
  const { timeoutSec, sessionAffinity, iap, cloudArmor, cdn, logging } = features;
  const parts = [
    word(timeoutSec, (seconds) => `timeout ${seconds} s`),
    word(sessionAffinity, (type) => (type === 'NONE' ? 'no session affinity' : `session affinity ${type}`)),
    word(iap, (isOn) => `IAP ${isOn ? 'on' : 'off'}`),
    word(cloudArmor, (policy) => (policy === '' ? 'no Cloud Armor' : `Cloud Armor "${policy}"`)),
    word(cdn, (isOn) => `CDN ${isOn ? 'on' : 'off'}`),
    word(logging, (rate) => (rate === 0 ? 'logging off' : `logging ${Math.round(rate * 1000) / 10} % of requests`)),
  ];
  return wrapProse(`${' '.repeat(indent)}settings: `, `${parts.join(', ')} (* by its BackendConfig)`, indent + 2);
}

function word<T>({ value, source }: Feature<T>, inWords: (value: T) => string): string {
  const mark = source === 'backendConfig' ? '*' : source === 'unknown' ? '?' : '';
  return `${inWords(value)}${mark}`;
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
