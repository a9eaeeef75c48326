// The plans of every Ingress among some objects, as they are stored.
import type { Facts } from '../../src/facts/facts.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import { createPlanner, type IngressPlan } from '../../src/plan/plan.ts';
import { settingsAsStored } from '../../src/plan/plan-input.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';

export function planObjects(raws: readonly unknown[], facts: Facts): readonly IngressPlan[] {
  const objects = raws.flatMap((raw) => parseObject(raw) ?? []);
  const planner = createPlanner(createSnapshot(objects, 'listed'), settingsAsStored(facts));
  return objects.flatMap((object) => (object.kind === 'Ingress' ? [planner.planOf(object)] : []));
}
