// The plans of every Ingress of a YAML stream, as `explain` would make them of a file without injection.
import { parseAllDocuments } from 'yaml';
import type { Facts } from '../../src/facts/facts.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import { type IngressPlan, planIngress } from '../../src/plan/plan.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';

export function planFile(text: string, facts: Facts): readonly IngressPlan[] {
  const raws = parseAllDocuments(text).map((document): unknown => document.toJS());
  return planObjects(raws, facts);
}

export function planObjects(raws: readonly unknown[], facts: Facts): readonly IngressPlan[] {
  const objects = raws.flatMap((raw) => parseObject(raw) ?? []);
  const snapshot = createSnapshot(objects, 'listed');
  return objects.flatMap((object) => (object.kind === 'Ingress' ? [planIngress(object, snapshot, facts)] : []));
}
