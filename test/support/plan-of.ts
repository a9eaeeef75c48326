// The plan of the one Ingress among some raw objects.
import { type Facts, NO_FACTS } from '../../src/facts/facts.ts';
import { formatName } from '../../src/kubernetes/field-path.ts';
import type { BackendPlan } from '../../src/plan/backend-plan.ts';
import type { IngressPlan } from '../../src/plan/plan.ts';
import type { RawObject } from './objects.ts';
import { planObjects } from './plan-objects.ts';

export function planOf(objects: readonly RawObject[], facts: Facts = NO_FACTS): IngressPlan {
  const [plan] = planObjects(objects, facts);
  if (plan === undefined) throw new TypeError('there is no Ingress among the objects');
  return plan;
}

/** The first backend of that plan: in most tests the only one that the Ingress names. */
export function backendOf(objects: readonly RawObject[], facts: Facts = NO_FACTS): BackendPlan {
  const [backend] = planOf(objects, facts).backends;
  if (backend === undefined) throw new TypeError('the Ingress has no backend');
  return backend;
}

/** `C6 Service/shop/web spec.type`, for each fault in order. */
export function faultsOf(objects: readonly RawObject[], facts: Facts = NO_FACTS): readonly string[] {
  return planOf(objects, facts).faults.map(
    ({ condition, owner, path }) => `${condition} ${formatName(owner)} ${path.join('.')}`,
  );
}
