// Compares the plan of an Ingress before a change with the one after it. What is compared is what Google has: where the sync ends
// with an error, what was built stays, and nothing else is said.
import { annotationPlace, type FieldPath, referenceTo } from '../kubernetes/field-path.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { INGRESS_CLASS } from './annotation-keys.ts';
import { type Cause, change, type PlanChange } from './change.ts';
import { compareBackends } from './change-backends.ts';
import { compareFrontEnds } from './change-front-end.ts';
import { causesOfError, findLostBackends, isOfAbsence } from './change-lost.ts';
import { compareRoutes } from './change-routes.ts';
import { AT_INGRESS, type Fault } from './fault.ts';
import type { IngressPlan } from './plan.ts';

/** @param before, after undefined where there is no such Ingress */
export function comparePlans(before: IngressPlan | undefined, after: IngressPlan | undefined): readonly PlanChange[] {
  const was = isConcern(before) ? before : undefined;
  const now = isConcern(after) ? after : undefined;
  if (was === undefined) return now === undefined ? [] : [begun(now, before !== undefined)];
  if (now === undefined) return [ended(was, after)];
  if (scopeOf(was) !== scopeOf(now)) return [classChange(was, now)];
  if (isStopped(now)) {
    const lost = findLostBackends(was, now);
    return isStopped(was) ? lost : [...lost, ...findStopped(now, lost)];
  }
  const resumed = isStopped(was) ? [resumes(now)] : [];
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

/** What ends its sync beside the backends that requests had and lost. */
function findStopped(plan: IngressPlan, lost: readonly PlanChange[]): readonly PlanChange[] {
  const known = new Set(lost.map((one) => (one.kind === 'backend-lost' ? one.backend?.key : undefined)));
  const errors = plan.backends.filter(({ key, error }) => error !== undefined && !known.has(key));
  const faults = findStops(plan).filter(({ condition }) => condition !== 'C3' || !known.has(undefined));
  return [
    ...errors.map((backend) => {
      const causes = [...causesOfError(backend), { object: referenceTo(plan.ingress), path: backend.namedAt[0] ?? [] }];
      const condition = backend.error?.condition ?? 'C5';
      const place = { at: 'backend', key: backend.key } as const;
      return change('sync-stops', { plan, place, causes, condition, backend, isLate: isOfAbsence(backend.error) });
    }),
    ...faults.map((fault) => stopped(plan, fault)),
  ];
}

/** What ends the translation beside the errors of backends: paths, and what toRuntimeInfo refuses (pkg/controller/controller.go). */
const STOPS: ReadonlySet<string> = new Set(['C3', 'C14', 'C15', 'C16', 'C18', 'C21', 'C22', 'C24', 'C26']);

function findStops({ urlMap, frontEnd }: IngressPlan): readonly Fault[] {
  return [...urlMap.faults, ...frontEnd.faults].filter(({ condition }) => STOPS.has(condition));
}

function isStopped(plan: IngressPlan): boolean {
  return plan.backends.some(({ error }) => error !== undefined) || findStops(plan).length > 0;
}

function stopped(plan: IngressPlan, fault: Fault): PlanChange {
  const { owner, path, place, witness, condition, isCertain, isLate } = fault;
  const ingress = referenceTo(plan.ingress);
  const causes = [
    ...namedBy(fault, plan),
    { object: owner, path },
    ...(witness === undefined ? [] : [{ object: ingress, path: witness }]),
  ];
  // A fault that is hidden behind another one of the same Ingress ends its sync all the same.
  const certainty = { isLate, isCertain: isCertain || fault.isHidden };
  return change('sync-stops', { plan, place, causes, condition, backend: undefined, ...certainty });
}

/** What the Ingress names, and does not find as it must be. */
function namedBy(fault: Fault, { ingress }: IngressPlan): readonly Cause[] {
  const { namespace } = ingress.metadata;
  if (fault.condition === 'C26') return [{ object: { kind: 'FrontendConfig', namespace, name: fault.name }, path: [] }];
  const isOfSecret = fault.condition === 'C22' || fault.condition === 'C24';
  return isOfSecret ? [{ object: { kind: 'Secret', namespace, name: fault.secretName }, path: [] }] : [];
}

function resumes(plan: IngressPlan): PlanChange {
  return change('sync-resumes', { plan, place: AT_INGRESS, causes: [{ object: referenceTo(plan.ingress), path: [] }] });
}
