// The paths of an Ingress with where each stands, for the rules that judge them one by one.
import type { IngressPath } from '../kubernetes/objects.ts';
import { DEFAULT_PATH_TYPE } from '../plan/path.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { type FieldPath, formatPath } from './rule.ts';

export interface PathSite extends IngressPath {
  readonly host: string;
  readonly type: string;
  readonly ruleIndex: number;
  readonly pathIndex: number;
  /** From the Ingress down to the path's entry. */
  readonly field: FieldPath;
  /** Tells backends apart, however they are named; undefined for one that is no Service. */
  readonly backendKey: string | undefined;
  /** Such as `path "/api" of host "shop.example.com"`. */
  readonly inWords: string;
  /** What stays the same when a path is added before it. */
  readonly subject: string;
}

export function pathsOf(plan: IngressPlan): readonly PathSite[] {
  const keys = backendKeys(plan);
  return plan.ingress.rules.flatMap(({ host, paths = [] }, ruleIndex) =>
    paths.map((path, pathIndex) => {
      const field = ['spec', 'rules', ruleIndex, 'http', 'paths', pathIndex];
      return {
        ...path,
        host,
        type: path.pathType ?? DEFAULT_PATH_TYPE,
        ruleIndex,
        pathIndex,
        field,
        backendKey: keys.get(formatPath([...field, 'backend'])),
        inWords: `path "${path.path}"${host === '' ? '' : ` of host "${host}"`}`,
        subject: `${host} ${path.pathType ?? ''} ${path.path}`,
      };
    }),
  );
}

/** Of the Ingress's own default backend. */
export function defaultBackendKey(plan: IngressPlan): string | undefined {
  return backendKeys(plan).get('spec.defaultBackend');
}

/** By the field that names it. */
function backendKeys({ backends }: IngressPlan): ReadonlyMap<string, string> {
  return new Map(backends.flatMap(({ key, namedAt }) => namedAt.map((field) => [formatPath(field), key] as const)));
}
