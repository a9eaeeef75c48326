// The rules that run, sorted by what they judge: done once for a policy and a namespace, not once an object.
import { CONDITIONS, type ConditionNumber, isCondition } from '../plan/conditions.ts';
import type { Fault, FaultCondition } from '../plan/fault.ts';
import type { Wording } from './finding.ts';
import type { Checks, Rule, Unit, WordingContext } from './rule.ts';

/** One rule with its place among all: findings are told in that order. */
export interface PreparedRule {
  readonly rule: Rule;
  readonly order: number;
  /** The condition of its findings that do not name one. */
  readonly condition: ConditionNumber | undefined;
}

type UnitCheck<U extends Unit> = { readonly prepared: PreparedRule; readonly check: NonNullable<Checks[U]> };

export interface PreparedRules {
  readonly all: readonly PreparedRule[];
  readonly checks: { readonly [U in Unit]: readonly UnitCheck<U>[] };
  /** Rules that word faults of the condition; of one fault the first that has something to say does. */
  wordsFor(fault: Fault): readonly ConditionWords[];
}

export interface ConditionWords {
  readonly prepared: PreparedRule;
  readonly word: FaultWord;
}

const NO_WORDS: readonly ConditionWords[] = [];

type FaultWord = (fault: Fault, context: WordingContext) => Wording | undefined;

/** @param rules those that run, in the order in which findings are told */
export function prepareRules(rules: readonly Rule[]): PreparedRules {
  const all = rules.map((rule, order) => ({ rule, order, condition: onlyCondition(rule) }));
  const words = new Map<ConditionNumber, ConditionWords[]>();
  for (const prepared of all) {
    for (const condition of wordedConditions(prepared.rule)) {
      // A rule words the faults of the condition that it is listed under, and no others.
      const word = prepared.rule.words?.[condition] as FaultWord | undefined;
      if (word !== undefined) words.set(condition, [...(words.get(condition) ?? []), { prepared, word }]);
    }
  }
  return {
    all,
    checks: {
      Ingress: checksOf(all, 'Ingress'),
      FrontEnd: checksOf(all, 'FrontEnd'),
      Backend: checksOf(all, 'Backend'),
      Service: checksOf(all, 'Service'),
      Workload: checksOf(all, 'Workload'),
      Object: checksOf(all, 'Object'),
    },
    wordsFor: ({ condition }) => words.get(condition) ?? NO_WORDS,
  };
}

function checksOf<U extends Unit>(all: readonly PreparedRule[], unit: U): readonly UnitCheck<U>[] {
  return all.flatMap((prepared) => {
    const check = prepared.rule.check?.[unit];
    return check === undefined ? [] : [{ prepared, check }];
  });
}

export function wordedConditions({ words }: Rule): readonly FaultCondition[] {
  return Object.keys(words ?? {}).filter((name): name is FaultCondition => Object.hasOwn(CONDITIONS, name));
}

/** The condition that a rule covers, if it is one alone. */
function onlyCondition({ covers }: Rule): ConditionNumber | undefined {
  const [only, other] = covers.filter(isCondition);
  return other === undefined ? only : undefined;
}
