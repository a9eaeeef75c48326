// Requests that had a backend before, and after meet one that fails.
import { type FieldPath, referenceTo } from '../kubernetes/field-path.ts';
import { NEG } from './annotation-keys.ts';
import type { BackendPlan } from './backend-plan.ts';
import { type Cause, type ChangeOf, change, type PlanChange } from './change.ts';
import { AT_DEFAULT } from './fault.ts';
import { sitesThatCount } from './path-covers.ts';
import type { PathSite } from './path-site.ts';
import type { IngressPlan } from './plan.ts';
import { atSite, type PathRoute } from './url-map.ts';

/** One for each host and backend. */
export function findLostBackends(before: IngressPlan, plan: IngressPlan): readonly PlanChange[] {
  const worked = new Map(
    before.urlMap.hostRules.map(({ host, paths }) => [host, new Set(paths.filter(works).map(({ path }) => path))]),
  );
  const lost = [...routesThatCount(plan)].flatMap(([host, routes]) =>
    [...routes].flatMap(([path, site]) =>
      fails(site) && worked.get(host)?.has(path) ? [{ host, paths: [path], site }] : [],
    ),
  );
  const groups = Map.groupBy(lost, ({ host, site }) => `${host}\0${site.plan?.key ?? ''}`);
  const ofPaths = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { host, site } = first;
    const paths = group.flatMap((one) => one.paths);
    const isAll = paths.length === worked.get(host)?.size;
    return [
      lostAt(
        site.plan,
        { host, paths: isAll ? [] : paths, place: atSite(site), path: [...site.field, 'backend'] },
        plan,
      ),
    ];
  });
  return [...ofPaths, ...findLostDefault(before, plan)];
}

/** By host and path: of rules for one host the last, and of equal paths in it the last. */
function routesThatCount({ urlMap }: IngressPlan): ReadonlyMap<string, ReadonlyMap<string, PathSite>> {
  const hosts = new Map<string, Map<string, PathSite>>();
  for (const site of sitesThatCount(urlMap.sites)) {
    const routes = hosts.get(site.host || '*') ?? new Map<string, PathSite>();
    hosts.set(site.host || '*', routes);
    for (const path of site.translated.ok ? site.translated.paths : []) routes.set(path, site);
  }
  return hosts;
}

function fails({ plan }: PathSite): boolean {
  return plan === undefined || plan.error !== undefined;
}

function works({ backend }: PathRoute): boolean {
  return backend.error === undefined;
}

function findLostDefault(before: IngressPlan, plan: IngressPlan): readonly PlanChange[] {
  if (before.defaultBackend === null || plan.defaultBackend !== null) return [];
  const isDefault = ({ isSystemDefault, namedAt }: BackendPlan): boolean =>
    isSystemDefault || namedAt.some((path) => path[1] === 'defaultBackend');
  const failing = plan.backends.find((backend) => backend.error !== undefined && isDefault(backend));
  return [
    lostAt(
      failing,
      {
        host: undefined,
        paths: [],
        place: AT_DEFAULT,
        path: plan.ingress.defaultBackend === undefined ? ['spec'] : ['spec', 'defaultBackend'],
      },
      plan,
    ),
  ];
}

interface LostAt extends Pick<ChangeOf<'backend-lost'>, 'host' | 'paths' | 'place'> {
  /** In the Ingress. */
  readonly path: FieldPath;
}

function lostAt(backend: BackendPlan | undefined, { host, paths, place, path }: LostAt, plan: IngressPlan): PlanChange {
  const error = backend?.error;
  const causes = [...causesOfError(backend), { object: referenceTo(plan.ingress), path }];
  return change('backend-lost', { plan, place, causes, host, paths, backend, error, isLate: isOfAbsence(error) });
}

/** What is not there may come a second later in the same apply. */
export function isOfAbsence(error: BackendPlan['error']): boolean {
  return error?.condition === 'C4' || error?.condition === 'C10';
}

/** The fields of the Service that decide it; the Service itself where it is not there. */
export function causesOfError(backend: BackendPlan | undefined): readonly Cause[] {
  if (backend?.error === undefined) return [];
  const { service, error, backendConfig, namespace, serviceName } = backend;
  if (service === undefined) return [{ object: { kind: 'Service', namespace, name: serviceName }, path: [] }];
  const object = referenceTo(service);
  const { annotations } = service.metadata;
  const at = (path: FieldPath): Cause => ({ object, path });
  switch (error.condition) {
    case 'C5':
      return [at(['spec', 'ports'])];
    case 'C6':
      return [at(annotations[NEG] === undefined ? ['spec', 'type'] : ['metadata', 'annotations', NEG])];
    case 'C7':
    case 'C9':
    case 'C10':
      return [at(['metadata', 'annotations', error.key])];
    default: {
      const config = backendConfig.state === 'found' ? backendConfig.object : undefined;
      return config === undefined
        ? [at(['metadata', 'annotations'])]
        : [{ object: referenceTo(config), path: ['spec'] }, at(['metadata', 'annotations'])];
    }
  }
}
