// Predicted and seen, leaf by leaf.
import type { ControllerCase } from './case.ts';
import { type Leaf, leavesOf, type NormalForm } from './normal-form.ts';

export interface Disagreement {
  readonly case: ControllerCase;
  /** "namespace/name" of the Ingress. */
  readonly ingress: string;
  /** Such as "backends / web:80 / healthCheck / path". */
  readonly leaf: string;
  readonly plan: Leaf | 'nothing';
  readonly controller: Leaf | 'nothing';
  readonly predicted: NormalForm;
  readonly seen: NormalForm;
}

export interface Comparison {
  readonly leaves: number;
  readonly disagreements: readonly Disagreement[];
}

export function compareForms(
  one: ControllerCase,
  ingress: string,
  predicted: NormalForm,
  seen: NormalForm,
): Comparison {
  // Where one side has a load balancer and the other has none, the rest says nothing more.
  const isAlike = predicted.built === seen.built;
  const plan = leavesOf(isAlike ? comparable(predicted, seen) : outlineOf(predicted));
  const controller = leavesOf(isAlike ? seen : outlineOf(seen));
  const leaves = [...new Set([...plan.keys(), ...controller.keys()])].filter((leaf) => !isLeftOut(leaf, plan));
  const disagreements = leaves.flatMap((leaf): readonly Disagreement[] => {
    const sides = { plan: valueAt(plan, leaf), controller: valueAt(controller, leaf) };
    return sides.plan === sides.controller ? [] : [{ case: one, ingress, leaf, ...sides, predicted, seen }];
  });
  return { leaves: leaves.length, disagreements };
}

function outlineOf(form: NormalForm): NormalForm {
  return { ...form, defaultBackend: undefined, hosts: {}, frontEnd: undefined, backends: {} };
}

function valueAt(leaves: ReadonlyMap<string, Leaf>, leaf: string): Leaf | 'nothing' {
  return leaves.has(leaf) ? leaves.get(leaf) : 'nothing';
}

/** A sync that fails leaves some backends, those before the fault: what there is has to be right still. */
function comparable(predicted: NormalForm, seen: NormalForm): NormalForm {
  if (predicted.built === true || seen.built === true) return predicted;
  const backends = Object.fromEntries(
    Object.entries(predicted.backends).flatMap(([key, form]) => {
      const other = seen.backends[key];
      // Groups are linked, and features set, after the health check: the fault may be in between.
      return other === undefined
        ? []
        : [[key, { ...other, protocol: form.protocol, scheme: form.scheme, healthCheck: form.healthCheck }]];
    }),
  );
  return { ...predicted, backends: { ...seen.backends, ...backends } };
}

/** Neither what the plan leaves open nor anything below it. */
function isLeftOut(leaf: string, plan: ReadonlyMap<string, Leaf>): boolean {
  const parts = leaf.split(' / ');
  return parts.some((_, index) => {
    const above = parts.slice(0, index + 1).join(' / ');
    return plan.has(above) && plan.get(above) === undefined;
  });
}

const MAX_SHOWN = 12;

/** For people: a few disagreements of each leaf, with the case that shows it. */
export function inWords(disagreements: readonly Disagreement[]): string {
  const byKind = Map.groupBy(
    disagreements,
    ({ leaf, plan, controller }) => `${lastPart(leaf)}: ${plan} | ${controller}`,
  );
  const lines = [...byKind.values()].slice(0, MAX_SHOWN).flatMap((some) => {
    const [first] = some.toSorted((a, b) => a.case.objects.length - b.case.objects.length);
    if (first === undefined) return [];
    const times = some.length > 1 ? `, and ${some.length - 1} more like it` : '';
    return [
      `${first.case.name}, Ingress ${first.ingress}${times}`,
      `  ${first.leaf}`,
      `    plan:       ${JSON.stringify(first.plan)}`,
      `    controller: ${JSON.stringify(first.controller)}`,
      `    errors:     plan ${JSON.stringify(first.predicted.error)}, controller ${JSON.stringify(first.seen.error)}`,
    ];
  });
  const left = byKind.size - MAX_SHOWN;
  return [...lines, ...(left > 0 ? [`… and ${left} more kinds.`] : [])].join('\n');
}

function lastPart(leaf: string): string {
  return leaf.slice(leaf.lastIndexOf(' / ') + 1);
}
