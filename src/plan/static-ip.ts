// Which reserved address an Ingress asks for, and in which scope it is looked up (facts: ingress-gce
// pkg/annotations/ingress.go StaticIPName, pkg/loadbalancers/forwarding_rules.go getEffectiveIP).
import type { Ingress } from '../kubernetes/objects.ts';
import { GLOBAL_STATIC_IP, REGIONAL_STATIC_IP } from './annotation-keys.ts';
import type { ClassDecision } from './ingress-class.ts';
import { AT_FRONT_END, annotationPath, type PlanProblem, problem, referenceTo } from './problem.ts';

export interface StaticIpPlan {
  /** "" where none is asked for, or both keys are. */
  readonly name: string;
  readonly key: typeof GLOBAL_STATIC_IP | typeof REGIONAL_STATIC_IP | undefined;
  /** Where Google is asked for that name: the class decides, not the key. */
  readonly scope: 'global' | 'regional';
  readonly hasBoth: boolean;
}

export function planStaticIp({ metadata }: Ingress, { isRegional }: ClassDecision): StaticIpPlan {
  const global = metadata.annotations[GLOBAL_STATIC_IP] ?? '';
  const regional = metadata.annotations[REGIONAL_STATIC_IP] ?? '';
  const scope = isRegional ? 'regional' : 'global';
  if (global !== '' && regional !== '') return { name: '', key: undefined, scope, hasBoth: true };
  if (regional !== '') return { name: regional, key: REGIONAL_STATIC_IP, scope, hasBoth: false };
  return { name: global, key: global === '' ? undefined : GLOBAL_STATIC_IP, scope, hasBoth: false };
}

/** The rule of Google for names: no address can have any other. */
const ADDRESS_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const IP_LITERAL = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:.]+)$/i;

/** C18, and C19 as far as the name and its key tell: whether an address of that name is reserved, only Google knows. */
export function findStaticIpProblem(ingress: Ingress, plan: StaticIpPlan): PlanProblem | undefined {
  const object = referenceTo(ingress);
  const { name, key, scope, hasBoth } = plan;
  if (hasBoth) {
    return problem({
      condition: 'C18',
      message: `both ${GLOBAL_STATIC_IP} and ${REGIONAL_STATIC_IP} are set: the sync fails.`,
      fix: `Remove ${scope === 'global' ? REGIONAL_STATIC_IP : GLOBAL_STATIC_IP}: not for this class.`,
      object,
      path: annotationPath(scope === 'global' ? REGIONAL_STATIC_IP : GLOBAL_STATIC_IP),
      place: AT_FRONT_END,
    });
  }
  if (key === undefined) return undefined;
  const common = { condition: 'C19', object, path: annotationPath(key), place: AT_FRONT_END } as const;
  if (!ADDRESS_NAME.test(name)) {
    const what = IP_LITERAL.test(name) ? 'is an address, not the name of one' : 'is no name of an address';
    return problem({
      ...common,
      message: `${key} is "${name}", which ${what}: the sync fails.`,
      fix: `Write a name that "gcloud compute addresses list" shows as ${scope}.`,
    });
  }
  const wanted = scope === 'global' ? GLOBAL_STATIC_IP : REGIONAL_STATIC_IP;
  if (key === wanted) return undefined;
  return problem({
    ...common,
    message: `for this class "${name}" is looked up among the ${scope} addresses, and the sync fails if it is not there.`,
    fix: `Use ${wanted}, with the name of a ${scope} address.`,
    isCertain: false,
  });
}
