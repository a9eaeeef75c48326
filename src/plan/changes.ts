// Compares the plan of an Ingress before a change with the one after it. What is compared is what Google has: where the sync ends
// with an error, what was built stays, and nothing else is said.
import { annotationPlace, type FieldPath, referenceTo } from '../kubernetes/field-path.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { INGRESS_CLASS } from './annotation-keys.ts';
import { type Cause, change, type PlanChange } from './change.ts';
import { compareBackends } from './change-backends.ts';
import { compareFrontEnds } from './change-front-end.ts';
import { findLostBackends } from './change-lost.ts';
import { compareRoutes } from './change-routes.ts';
import { findStops, isTranslated, resumes, stopped } from './change-stops.ts';
import { AT_INGRESS } from './fault.ts';
import type { IngressPlan } from './plan.ts';

/** @param before, after undefined where there is no such Ingress */
export function comparePlans(before: IngressPlan | undefined, after: IngressPlan | undefined): readonly PlanChange[] {
  const was = isConcern(before) ? before : undefined;
  const now = isConcern(after) ? after : undefined;
  if (was === undefined) return now === undefined ? [] : [begun(now, before !== undefined)];
  if (now === undefined) return [ended(was, after)];
  if (scopeOf(was) !== scopeOf(now)) return [classChange(was, now)];
  const stops = findStops(now);
  const [first] = stops;
  if (first !== undefined) {
    const lost = findLostBackends(was, now);
    const news = findStops(was).length > 0 ? [] : stopped(now, stops, lost);
    // Before the translation is done nothing is changed; backends are next, and what else is built comes behind them.
    return first.stage === 'frontEnd' ? [...lost, ...news, ...compareBackends(was, now)] : [...lost, ...news];
  }
  const resumed = isTranslated(was) ? [] : [resumes(now)];
  return [...resumed, ...compareRoutes(was, now), ...compareBackends(was, now), ...compareFrontEnds(was, now)];
}

function isConcern(plan: IngressPlan | undefined): plan is IngressPlan {
  return plan !== undefined && plan.served.concern !== 'none';
}

function scopeOf({ class: { isRegional, isInternal } }: IngressPlan): string {
  return `${isRegional}/${isInternal}`;
}

function hostsOf({ urlMap }: IngressPlan): readonly string[] {
  return urlMap.hostRules.map(({ host }) => host);
}

function classPath({ metadata, ingressClassName }: Ingress): FieldPath {
  const isByField = metadata.annotations[INGRESS_CLASS] === undefined && ingressClassName !== undefined;
  return isByField ? ['spec', 'ingressClassName'] : annotationPlace(metadata.annotations, INGRESS_CLASS);
}

function atClass({ ingress }: IngressPlan): readonly Cause[] {
  return [{ object: referenceTo(ingress), path: classPath(ingress) }];
}

/** @param wasThere as somebody else's, or nobody's */
function begun(plan: IngressPlan, wasThere: boolean): PlanChange {
  const causes = wasThere ? atClass(plan) : [{ object: referenceTo(plan.ingress), path: [] }];
  return change('ingress-new', { plan, place: AT_INGRESS, causes, hosts: hostsOf(plan) });
}

function ended(before: IngressPlan, after: IngressPlan | undefined): PlanChange {
  const common = { plan: before, place: AT_INGRESS, hosts: hostsOf(before) };
  if (after === undefined || after.served.reason === 'deleting') {
    return change('ingress-gone', { ...common, causes: [{ object: referenceTo(before.ingress), path: [] }] });
  }
  // Without a class it may still be GKE's: that is not known then.
  return change('ingress-left', { ...common, causes: atClass(after), isCertain: after.served.reason === 'class' });
}

function classChange(before: IngressPlan, plan: IngressPlan): PlanChange {
  const names = { was: before.class.name, now: plan.class.name };
  return change('class', { plan, place: AT_INGRESS, causes: atClass(plan), ...names });
}
