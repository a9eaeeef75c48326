// The engine as a test wants it: the shipped policy with what the test changes, all rules, a few neighbours.
import { NO_FACTS } from '../../src/facts/facts.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Mode, NegPolicy, Policy } from '../../src/policy/policy.ts';
import { RULES } from '../../src/rules/index.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';
import type { Corridor } from '../../src/verdict/corridor.ts';
import type { RawObject } from './objects.ts';
import { EXEMPTIONS, TODAY } from './rule-ids.ts';

const SHIPPED = loadPolicy(
  undefined,
  RULES.map(({ id }) => id),
);

export { EXEMPTIONS };

export interface PolicyChanges {
  readonly modes?: Readonly<Record<string, Mode>>;
  readonly neg?: Partial<NegPolicy>;
  readonly trustsObserved?: boolean;
  readonly onBudget?: Policy['onBudget'];
}

export function policyOf({
  modes = {},
  neg = {},
  trustsObserved = false,
  onBudget = 'allow',
}: PolicyChanges = {}): Policy {
  const { policy } = SHIPPED;
  return {
    modes: new Map([...policy.modes, ...Object.entries(modes)]),
    namespaces: [],
    allowsExemptions: () => true,
    neg: { ...policy.neg, ...neg },
    trustsObserved,
    onOverload: policy.onOverload,
    onBudget,
    isExcluded: policy.isExcluded,
  };
}

/** @param neighbours what is known besides the object under review */
export function corridorOf(neighbours: readonly RawObject[] = [], changes: Partial<Corridor> = {}): Corridor {
  return {
    rules: RULES,
    policy: policyOf(),
    apps: SHIPPED.apps,
    facts: NO_FACTS,
    today: TODAY,
    snapshot: createSnapshot(neighbours.map(parsed), 'listed'),
    ...changes,
  };
}

/** @throws TypeError where the object is of no kind that the guard reads */
export function parsed(raw: RawObject): KubernetesObject {
  const object = parseObject(raw);
  if (object === undefined) throw new TypeError(`no kind that the guard reads: ${JSON.stringify(raw)}`);
  return object;
}
