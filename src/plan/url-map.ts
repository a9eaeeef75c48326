// Hosts and paths as they would stand in Google's URL map (facts: ingress-gce pkg/controller/translator/translator.go
// TranslateIngress, pkg/utils/gceurlmap.go PutPathRulesForHost).
import type { Ingress, IngressPath } from '../kubernetes/objects.ts';
import type { BackendPlan, Backends } from './backend.ts';
import { keepsServicePort } from './backend-error.ts';
import { DEFAULT_PATH_TYPE, translatePath, whyGoogleRefuses } from './path.ts';
import { atPath, type FieldPath, type PlanProblem, problem, referenceTo } from './problem.ts';

/** One path of the URL map. A path of the Ingress makes one or two of them. */
export interface PathRoute {
  readonly path: string;
  readonly backend: BackendPlan;
  /** The path of the Ingress that it comes from: index of the rule, and of the path in it. */
  readonly ruleIndex: number;
  readonly pathIndex: number;
}

export interface HostRule {
  /** "*" for no host. */
  readonly host: string;
  /** Empty where every path failed: the host would answer from the default backend. */
  readonly paths: readonly PathRoute[];
}

/** A path of the Ingress that gets into no URL map, because it or its backend fails to translate. */
export interface LeftOutPath {
  readonly host: string;
  /** As the Ingress has it. */
  readonly path: string;
  readonly backend: BackendPlan | undefined;
  readonly ruleIndex: number;
  readonly pathIndex: number;
}

export interface UrlMap {
  readonly hostRules: readonly HostRule[];
  readonly leftOut: readonly LeftOutPath[];
  readonly problems: readonly PlanProblem[];
}

const ANY_HOST = '*';

export function planUrlMap(ingress: Ingress, backends: Backends): UrlMap {
  const leftOut: LeftOutPath[] = [];
  const problems: PlanProblem[] = [];
  const hosts = new Map<string, { readonly ruleIndex: number; readonly routes: readonly PathRoute[] }>();
  for (const [ruleIndex, rule] of ingress.rules.entries()) {
    const host = rule.host || ANY_HOST;
    if (rule.paths === undefined) {
      problems.push(ruleWithoutPaths(ingress, host, ruleIndex));
      continue;
    }
    const routes: PathRoute[] = [];
    for (const [pathIndex, path] of rule.paths.entries()) {
      const at = { ruleIndex, pathIndex };
      const translated = translate(ingress, path, at, backends);
      routes.push(...translated.routes);
      problems.push(...translated.problems);
      const isLeftOut = translated.routes.length === 0;
      if (isLeftOut) leftOut.push({ host, path: path.path, backend: backends.of(path.backend), ...at });
    }
    const earlier = hosts.get(host);
    if (earlier !== undefined) problems.push(repeatedHost(ingress, host, earlier.ruleIndex, ruleIndex));
    hosts.delete(host); // the later rule goes to the end, as in the controller's list
    hosts.set(host, { ruleIndex, routes });
  }
  const hostRules: HostRule[] = [];
  for (const [host, { routes }] of hosts) {
    const resolved = resolveRepeated(ingress, host, routes);
    problems.push(...resolved.problems, ...refusedByGoogle(ingress, host, resolved.routes));
    hostRules.push({ host, paths: resolved.routes });
  }
  return { hostRules, leftOut, problems };
}

type PathIndex = Pick<PathRoute, 'ruleIndex' | 'pathIndex'>;

function translate(
  ingress: Ingress,
  { path, pathType, backend: named }: IngressPath,
  at: PathIndex,
  backends: Backends,
): { readonly routes: readonly PathRoute[]; readonly problems: readonly PlanProblem[] } {
  const backend = backends.of(named);
  if (backend === undefined) return { routes: [], problems: [noService(ingress, at)] };
  // Without a ServicePort the controller does not get to look at the path.
  if (backend.error !== undefined && !keepsServicePort(backend.error)) return { routes: [], problems: [] };
  const translated = translatePath(path, pathType);
  if (translated.ok) return { routes: translated.paths.map((one) => ({ path: one, backend, ...at })), problems: [] };
  const refused = problem({
    condition: translated.condition,
    message: `the path "${path}" fails to translate, and the whole Ingress with it: ${translated.reason}.`,
    fix: FIXES[translated.condition],
    object: referenceTo(ingress),
    path: [...fieldOf(at), translated.condition === 'C16' ? 'pathType' : 'path'],
    place: atPath(at.ruleIndex, at.pathIndex),
  });
  return { routes: [], problems: [refused] };
}

const FIXES = {
  C14: `Write the whole path, such as "/", or pathType: ${DEFAULT_PATH_TYPE} for a "/*" at the end.`,
  C15: 'Write the path without "*": Prefix takes everything below it anyway.',
  C16: `Set pathType to Exact, Prefix or ${DEFAULT_PATH_TYPE}.`,
} as const;

function fieldOf({ ruleIndex, pathIndex }: PathIndex): FieldPath {
  return ['spec', 'rules', ruleIndex, 'http', 'paths', pathIndex];
}

function noService(ingress: Ingress, at: PathIndex): PlanProblem {
  return problem({
    condition: 'C3',
    message: 'the backend is not a Service, and the GKE Ingress controller knows no other: the whole Ingress fails.',
    fix: 'Name a Service and its port: backend.service.name and backend.service.port',
    object: referenceTo(ingress),
    path: [...fieldOf(at), 'backend'],
    place: atPath(at.ruleIndex, at.pathIndex),
  });
}

function ruleWithoutPaths(ingress: Ingress, host: string, ruleIndex: number): PlanProblem {
  return problem({
    condition: 'C43',
    message: `the rule for host "${host}" has no http and is skipped: its traffic goes to the default backend.`,
    fix: `Give spec.rules[${ruleIndex}] its http.paths, or remove the rule.`,
    object: referenceTo(ingress),
    path: ['spec', 'rules', ruleIndex],
    place: { at: 'host', key: host },
  });
}

function repeatedHost(ingress: Ingress, host: string, earlier: number, later: number): PlanProblem {
  return problem({
    condition: 'C41',
    message: `host "${host}" stands in two rules: the later, spec.rules[${later}], replaces spec.rules[${earlier}] and its paths.`,
    fix: `Put the paths of both into one rule for host "${host}".`,
    object: referenceTo(ingress),
    path: ['spec', 'rules', earlier, ...(host === ANY_HOST ? [] : ['host'])],
    place: { at: 'host', key: host },
  });
}

/** Of two equal paths the last wins; it keeps its place. */
function resolveRepeated(
  ingress: Ingress,
  host: string,
  routes: readonly PathRoute[],
): { readonly routes: readonly PathRoute[]; readonly problems: readonly PlanProblem[] } {
  const last = new Map(routes.map((route) => [route.path, route]));
  const problems = new Map<string, PlanProblem>();
  for (const route of routes) {
    const winner = last.get(route.path);
    if (winner === undefined || winner === route) continue;
    const pair = `${route.pathIndex}/${winner.pathIndex}`;
    if (problems.has(pair)) continue;
    const found = problem({
      condition: 'C42',
      message: `"${route.path}" of host "${host}" is given twice: the later path, paths[${winner.pathIndex}], wins and this one gets nothing there.`,
      fix: 'Remove one of the two paths.',
      object: referenceTo(ingress),
      path: [...fieldOf(route), 'path'],
      place: atPath(route.ruleIndex, route.pathIndex),
    });
    problems.set(pair, found);
  }
  return { routes: routes.filter((route) => last.get(route.path) === route), problems: [...problems.values()] };
}

function refusedByGoogle(ingress: Ingress, host: string, routes: readonly PathRoute[]): readonly PlanProblem[] {
  const problems = new Map<number, PlanProblem>();
  for (const route of routes) {
    const reason = whyGoogleRefuses(route.path);
    if (reason === undefined || problems.has(route.pathIndex)) continue;
    const found = problem({
      condition: null,
      message: `Google refuses the URL map for the path "${route.path}" of host "${host}": ${reason}.`,
      fix: 'Write a plain path, with "/*" at its end for everything below; regular expressions have no equivalent.',
      object: referenceTo(ingress),
      path: [...fieldOf(route), 'path'],
      place: atPath(route.ruleIndex, route.pathIndex),
    });
    problems.set(route.pathIndex, found);
  }
  return [...problems.values()];
}
