// Which reserved address an Ingress asks for, and in which scope it is looked up (ingress-gce
// pkg/annotations/ingress.go StaticIPName, pkg/loadbalancers/forwarding_rules.go getEffectiveIP).
import { annotationPath, referenceTo } from '../kubernetes/field-path.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { GLOBAL_STATIC_IP, REGIONAL_STATIC_IP } from './annotation-keys.ts';
import { AT_FRONT_END, type Fault, fault } from './fault.ts';
import type { ClassDecision } from './ingress-class.ts';

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

/** Each name once, whichever key has it. */
export function addressesNamedBy({ metadata: { annotations } }: Ingress): readonly string[] {
  const names = [annotations[GLOBAL_STATIC_IP] ?? '', annotations[REGIONAL_STATIC_IP] ?? ''];
  return [...new Set(names)].filter((name) => name !== '');
}

/** The rule of Google for names: no address can have any other. */
const ADDRESS_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const IP_LITERAL = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:.]+)$/i;

/** C18, and C19 as far as the name and its key tell: whether an address of that name is reserved, only Google knows. */
export function findStaticIpFault(ingress: Ingress, { name, key, scope, hasBoth }: StaticIpPlan): Fault | undefined {
  const common = { owner: referenceTo(ingress), place: AT_FRONT_END };
  if (hasBoth) {
    const other = scope === 'global' ? REGIONAL_STATIC_IP : GLOBAL_STATIC_IP;
    return fault('C18', { ...common, scope, path: annotationPath(other) });
  }
  if (key === undefined) return undefined;
  const about = { ...common, key, name, scope, path: annotationPath(key) };
  if (!ADDRESS_NAME.test(name)) return fault('C19', { ...about, why: IP_LITERAL.test(name) ? 'address' : 'illegal' });
  if (key === keyOfScope(scope)) return undefined;
  return fault('C19', { ...about, why: 'scope', isCertain: false });
}

/** The annotation that names an address of that scope. */
export function keyOfScope(scope: StaticIpPlan['scope']): string {
  return scope === 'global' ? GLOBAL_STATIC_IP : REGIONAL_STATIC_IP;
}
