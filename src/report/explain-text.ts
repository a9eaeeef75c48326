// A plan for people: the chain from host to Pod as a tree, each break marked where it is, and all problems at the end.
import { plainLine } from '../kubernetes/plain-text.ts';
import type { BackendPlan } from '../plan/backend.ts';
import type { HealthCheckPlan } from '../plan/health-check.ts';
import type { IngressPlan } from '../plan/plan.ts';
import type { HostRule, LeftOutPath, PathRoute } from '../plan/url-map.ts';
import { frontEndLines } from './explain-front-end.ts';
import { MARK, problemLines, summaryLines } from './explain-problems.ts';
import { DIFFERS, type SeenReport, seenLines } from './explain-seen.ts';
import { wrapProse } from './explain-wrap.ts';

export interface ExplainTextOptions {
  /** Left out: no colour. */
  readonly hasColour?: boolean;
  /** What is seen of it in the cluster; left out, or undefined of a plan: nobody has looked. */
  readonly seenOf?: (plan: IngressPlan) => SeenReport | undefined;
}

export function renderExplainText(plans: readonly IngressPlan[], options: ExplainTextOptions = {}): string {
  if (plans.length === 0) return 'There is no Ingress to explain.\n';
  const blocks = plans.map((plan) => {
    const report = options.seenOf?.(plan);
    const lines = [...explainLines(plan), ...(report === undefined ? [] : ['', ...seenLines(plan, report)])];
    // A message may quote what anybody has written into an object.
    return lines.map(plainLine).join('\n');
  });
  const text = `${blocks.join('\n\n\n')}\n`;
  return options.hasColour ? withColour(text) : text;
}

function explainLines(plan: IngressPlan): readonly string[] {
  const shown = new Set<string>();
  const hosts = plan.hostRules.map((rule) => hostLines(plan, rule, shown));
  return [
    ...headLines(plan),
    '',
    ...hosts.flatMap((lines) => [...lines, '']),
    ...strayHostLines(plan),
    ...defaultLines(plan, shown),
    '',
    'front end',
    ...frontEndLines(plan.frontEnd),
    ...problemLines(plan, 2, ({ at }) => at === 'frontEnd'),
    '',
    ...summaryLines(plan),
  ];
}

function headLines(plan: IngressPlan): readonly string[] {
  const { namespace, name } = plan.ingress.metadata;
  return [
    `Ingress ${namespace}/${name}`,
    `  class   ${plan.class.name}`,
    ...wrapProse('  served  ', `${plan.served ? 'yes' : 'no'}. ${plan.servedBecause}`, 10),
    ...problemLines(plan, 2, ({ at }) => at === 'class'),
  ];
}

function hostLines(plan: IngressPlan, { host, paths }: HostRule, shown: Set<string>): readonly string[] {
  const failed = plan.leftOut.filter((left) => left.host === host);
  return [
    `host ${host}${host === '*' ? ' (every host)' : ''}`,
    ...problemLines(plan, 2, ({ at, key }) => at === 'host' && key === host),
    ...groupRoutes(paths).flatMap((routes) => routeLines(plan, routes, shown)),
    ...failed.flatMap((left) => leftOutLines(plan, left, shown)),
    ...(paths.length === 0 && failed.length === 0 ? ['  no path: everything goes to the default backend'] : []),
  ];
}

/** Routes that come from one path of the Ingress, and so have one backend. */
function groupRoutes(routes: readonly PathRoute[]): readonly (readonly [PathRoute, ...PathRoute[]])[] {
  const groups = new Map<number, [PathRoute, ...PathRoute[]]>();
  for (const route of routes) {
    const group = groups.get(route.pathIndex);
    if (group === undefined) groups.set(route.pathIndex, [route]);
    else group.push(route);
  }
  return [...groups.values()];
}

function routeLines(
  plan: IngressPlan,
  routes: readonly [PathRoute, ...PathRoute[]],
  shown: Set<string>,
): readonly string[] {
  const [first] = routes;
  return [
    `  path ${routes.map(({ path }) => path).join(', ')}`,
    ...pathProblemLines(plan, first),
    ...backendLines(plan, first.backend, 4, shown),
  ];
}

function leftOutLines(plan: IngressPlan, left: LeftOutPath, shown: Set<string>): readonly string[] {
  return [
    `  path ${left.path === '' ? '""' : left.path} (left out)`,
    ...pathProblemLines(plan, left),
    ...(left.backend === undefined ? [] : backendLines(plan, left.backend, 4, shown)),
  ];
}

function pathProblemLines(
  plan: IngressPlan,
  { ruleIndex, pathIndex }: Pick<PathRoute, 'ruleIndex' | 'pathIndex'>,
): readonly string[] {
  return problemLines(plan, 4, ({ at, key }) => at === 'path' && key === `${ruleIndex}/${pathIndex}`);
}

/** Hosts of rules that the URL map does not have: skipped ones, whose problem would stand nowhere else. */
function strayHostLines(plan: IngressPlan): readonly string[] {
  const known = new Set(plan.hostRules.map(({ host }) => host));
  const stray = plan.problems.filter(({ place }) => place.at === 'host' && place.key !== '' && !known.has(place.key));
  const hosts = [...new Set(stray.map(({ place }) => place.key))];
  return hosts.flatMap((host) => [
    `host ${host} (not in the load balancer)`,
    ...problemLines(plan, 2, ({ at, key }) => at === 'host' && key === host),
    '',
  ]);
}

function defaultLines(plan: IngressPlan, shown: Set<string>): readonly string[] {
  const isSystem = plan.ingress.defaultBackend === undefined;
  const failed = plan.backends.find((backend) => backend.error !== undefined && isDefault(plan, backend));
  const backend = plan.defaultBackend ?? failed;
  return [
    `everything else${isSystem ? " (the system's default backend)" : ''}`,
    ...problemLines(plan, 2, ({ at, key }) => at === 'host' && key === ''),
    ...(backend === undefined ? [] : backendLines(plan, backend, 2, shown)),
  ];
}

function isDefault({ ingress }: IngressPlan, { isSystemDefault, namedAt }: BackendPlan): boolean {
  if (ingress.defaultBackend === undefined) return isSystemDefault;
  return namedAt.some((path) => path[1] === 'defaultBackend');
}

const GROUPS = { neg: 'NEG', instanceGroup: 'instance group' } as const;

function backendLines(plan: IngressPlan, backend: BackendPlan, indent: number, shown: Set<string>): readonly string[] {
  const port = backend.port.name || backend.port.number;
  const number = backend.servicePort !== undefined && backend.port.name !== '' ? ` = ${backend.servicePort.port}` : '';
  const namespace = backend.isSystemDefault ? `${backend.namespace}/` : '';
  const built = backend.group === undefined ? '' : ` (${GROUPS[backend.group]}, ${backend.protocol})`;
  const title = `${' '.repeat(indent)}Service ${namespace}${backend.serviceName}:${port}${number}`;
  if (shown.has(backend.key)) return [`${title}, as above`];
  shown.add(backend.key);
  return [
    `${title}${built}`,
    ...podLines(backend, indent + 2),
    ...problemLines(plan, indent + 2, ({ at, key }) => at === 'backend' && key === backend.key),
  ];
}

function podLines(backend: BackendPlan, indent: number): readonly string[] {
  const pad = ' '.repeat(indent);
  if (backend.service === undefined && backend.error === undefined && !backend.isSystemDefault) {
    return [`${pad}not among the objects that are known here`];
  }
  if (backend.error !== undefined) return [];
  const workloads = backend.workloads.map(({ kind, metadata, replicas }) => {
    const scale = replicas === 0 ? ' (no replicas)' : '';
    return `${pad}${kind}/${metadata.name}${scale}`;
  });
  const none =
    backend.isSystemDefault && backend.service === undefined ? [] : [`${pad}no Pod that it selects is known`];
  const check = backend.healthCheck === undefined ? [] : healthLines(backend.healthCheck, indent);
  return [...(workloads.length === 0 ? none : workloads), ...check];
}

function healthLines({ check }: HealthCheckPlan, indent: number): readonly string[] {
  const over = check.protocol === 'HTTP' ? '' : ` over ${check.protocol}`;
  const host = check.host === '' ? '' : ` with Host: ${check.host}`;
  const port = check.port === null ? 'the serving port' : `port ${check.port}`;
  const times = `every ${check.intervalSec} s, timeout ${check.timeoutSec} s`;
  const text = `GET ${check.path}${over}${host} on ${port} ${times}, must answer 200 — ${check.reason}`;
  return wrapProse(`${' '.repeat(indent)}health check: `, text, indent + 2);
}

/** Colour adds nothing that the words do not say: marks red, titles bold. */
function withColour(text: string): string {
  return text
    .replaceAll(MARK, `\u001b[31m${MARK}\u001b[0m`)
    .replaceAll(DIFFERS, `\u001b[33m${DIFFERS}\u001b[0m`)
    .replaceAll(
      /^(?:Ingress|host|everything else|front end|seen in the cluster)\b.*$/gm,
      (line) => `\u001b[1m${line}\u001b[0m`,
    );
}
