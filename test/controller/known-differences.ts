// Where the plan and the controller are known to differ: nowhere now. Each is to be shown by a case of special-cases.ts, and
// has to differ there still: what has been put right is to be taken out of here.
import type { Disagreement } from './compare.ts';

export interface KnownDifference {
  readonly id: string;
  readonly what: string;
  readonly right: 'controller' | 'plan';
  /** In ingress-gce v1.41.0. */
  readonly source: string;
  isIt(disagreement: Disagreement): boolean;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];

export interface Sorted {
  readonly unknown: readonly Disagreement[];
  /** By the id of each known difference. */
  readonly known: ReadonlyMap<string, readonly Disagreement[]>;
}

export function sortOut(disagreements: readonly Disagreement[]): Sorted {
  const idOf = (one: Disagreement): string => KNOWN_DIFFERENCES.find(({ isIt }) => isIt(one))?.id ?? '';
  const groups = Map.groupBy(disagreements, idOf);
  const { '': unknown = [], ...known } = Object.fromEntries(groups);
  return { unknown, known: new Map(Object.entries(known)) };
}
