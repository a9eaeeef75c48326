// Counts of findings as a metric may have them: a series costs memory wherever it is kept, and a cluster may have thousands of
// namespaces with something wrong in each.
import type { FindingCount } from './current-findings.ts';

/** What is counted together; no namespace can have this name. */
export const OTHER_NAMESPACES = '(others)';

/** @returns at most `max` series, and those of the namespaces that have no room, summed; those with the most findings stay */
export function boundCounts(counts: readonly FindingCount[], max: number): readonly FindingCount[] {
  if (counts.length <= max) return counts;
  const namespaces = [...Map.groupBy(counts, ({ namespace }) => namespace)].toSorted(
    ([a, ofA], [b, ofB]) => sumOf(ofB) - sumOf(ofA) || (a < b ? -1 : 1),
  );
  const kept: FindingCount[] = [];
  const others = new Map<string, FindingCount>();
  for (const [, own] of namespaces) {
    if (kept.length + own.length <= max && others.size === 0) {
      kept.push(...own);
      continue;
    }
    for (const one of own) {
      const key = `${one.rule}\0${one.severity}`;
      const count = one.count + (others.get(key)?.count ?? 0);
      others.set(key, { ...one, namespace: OTHER_NAMESPACES, count });
    }
  }
  return [...kept, ...others.values()];
}

function sumOf(counts: readonly FindingCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
