// Aliases make small texts large: what they stand for is counted in nodes, as go.yaml.in/yaml/v2 counts (decode.go, func
// unmarshal), so that the answer is kubectl's and the same on every machine.

/** allowedAliasRatio of decode.go. */
const RATIO_RANGE = { low: 400_000, high: 4_000_000 };

/** kubectl has no limit over many documents; this one is what it lets a single document come to. */
const MAX_ALIASED_NODES = RATIO_RANGE.high;

export interface AliasBudget {
  /** Nodes that aliases stand for, in all that was read. */
  aliased: number;
}

/** @returns what is wrong, if anything, with a document of so many nodes so far, of which so many are behind aliases */
export function findExcess(nodes: number, aliased: number, budget: AliasBudget): string | undefined {
  if (aliased > 100 && nodes > 1000 && aliased / nodes > allowedRatio(nodes)) {
    return 'its aliases stand for too much (kubectl: "document contains excessive aliasing")';
  }
  if (budget.aliased <= MAX_ALIASED_NODES) return undefined;
  return `with it, the aliases of the input stand for more than ${MAX_ALIASED_NODES} nodes`;
}

function allowedRatio(nodes: number): number {
  const { low, high } = RATIO_RANGE;
  if (nodes <= low) return 0.99;
  return nodes >= high ? 0.1 : 0.99 - 0.89 * ((nodes - low) / (high - low));
}
