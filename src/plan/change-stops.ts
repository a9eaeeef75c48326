// Errors that end the sync of an Ingress, and so what of a change reaches Google (ingress-gce pkg/sync/sync.go Sync,
// pkg/controller/translator TranslateIngress, pkg/loadbalancers/l7.go edgeHop).
import { referenceTo } from '../kubernetes/field-path.ts';
import type { BackendPlan } from './backend-plan.ts';
import { type Cause, change, type PlanChange, type SyncStage } from './change.ts';
import { causesOfError, isOfAbsence } from './change-lost.ts';
import type { CatalogueNumber } from './conditions.ts';
import { AT_INGRESS, type Fault } from './fault.ts';
import type { IngressPlan } from './plan.ts';

export interface Stop {
  readonly stage: SyncStage;
  readonly condition: CatalogueNumber;
  /** Where it is an error of a backend, that one. */
  readonly backend: BackendPlan | undefined;
  /** Where it is a fault. */
  readonly fault: Fault | undefined;
}

/** Beside the errors of backends. */
const TRANSLATION: ReadonlySet<string> = new Set(['C3', 'C14', 'C15', 'C16']);
/** What ends the sync of a backend that is translated. */
const BACKENDS: ReadonlySet<string> = new Set(['C30', 'C31', 'C33', 'C34', 'C48']);
/** Up to the URL map; what comes behind it is built in part. */
const FRONT_END: ReadonlySet<string> = new Set(['C18', 'C20', 'C21', 'C22', 'C23', 'C24', 'C32', 'G1']);

/** In the order of a sync, those of the first stage that has any: it ends there. */
export function findStops(plan: IngressPlan): readonly Stop[] {
  const translation = findUntranslated(plan);
  if (translation.length > 0) return translation;
  const ofBackends = plan.backends.flatMap(({ faults }) => faults);
  const backends = stopsAmong(ofBackends, 'backends', BACKENDS);
  if (backends.length > 0) return backends;
  return stopsAmong([...plan.frontEnd.faults, ...plan.urlMap.faults], 'frontEnd', FRONT_END);
}

export function isTranslated(plan: IngressPlan): boolean {
  return findUntranslated(plan).length === 0;
}

function findUntranslated({ backends, urlMap }: IngressPlan): readonly Stop[] {
  const errors = backends.flatMap((backend): readonly Stop[] =>
    backend.error === undefined
      ? []
      : [{ stage: 'translation', condition: backend.error.condition, backend, fault: undefined }],
  );
  const faults = urlMap.faults.filter(({ condition }) => TRANSLATION.has(condition));
  return [...errors, ...faults.map((fault) => stopOf(fault, 'translation'))];
}

function stopsAmong(faults: readonly Fault[], stage: SyncStage, conditions: ReadonlySet<string>): readonly Stop[] {
  return faults
    .filter(({ condition, isCertain, isHidden }) => conditions.has(condition) && isCertain && !isHidden)
    .map((fault) => stopOf(fault, stage));
}

function stopOf(fault: Fault, stage: SyncStage): Stop {
  return { stage, condition: fault.condition, backend: undefined, fault };
}

/** @param lost backends that requests had, of which it is said already */
export function stopped(plan: IngressPlan, stops: readonly Stop[], lost: readonly PlanChange[]): readonly PlanChange[] {
  const known = new Set(lost.map((one) => (one.kind === 'backend-lost' ? one.backend?.key : undefined)));
  return stops.flatMap(({ stage, condition, backend, fault }) => {
    const isSaid = (backend !== undefined || condition === 'C3') && known.has(backend?.key);
    if (isSaid) return [];
    const about = { plan, stage, condition, backend };
    if (fault === undefined) {
      const at = { object: referenceTo(plan.ingress), path: backend?.namedAt[0] ?? [] };
      const causes = backend === undefined ? [at] : [...causesOfError(backend), at];
      const isLate = isOfAbsence(backend?.error);
      return [change('sync-stops', { ...about, place: AT_INGRESS, causes, isLate })];
    }
    return [
      change('sync-stops', { ...about, place: fault.place, causes: causesOf(fault, plan), isLate: fault.isLate }),
    ];
  });
}

function causesOf(fault: Fault, plan: IngressPlan): readonly Cause[] {
  const { owner, path, witness } = fault;
  const atWitness = witness === undefined ? [] : [{ object: referenceTo(plan.ingress), path: witness }];
  return [...namedBy(fault, plan), { object: owner, path }, ...atWitness];
}

/** What the Ingress names, and does not find as it must be. */
function namedBy(fault: Fault, { ingress }: IngressPlan): readonly Cause[] {
  if (fault.condition !== 'C22' && fault.condition !== 'C24') return [];
  const { namespace } = ingress.metadata;
  return [{ object: { kind: 'Secret', namespace, name: fault.secretName }, path: [] }];
}

export function resumes(plan: IngressPlan): PlanChange {
  return change('sync-resumes', { plan, place: AT_INGRESS, causes: [{ object: referenceTo(plan.ingress), path: [] }] });
}
