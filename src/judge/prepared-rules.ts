// The rules that run, sorted by what they judge: done once for a policy and a namespace, not once an object.
import { CONDITIONS, type ConditionNumber, isCondition } from '../plan/conditions.ts';
import type { Fault, FaultCondition } from '../plan/fault.ts';
import type { Wording } from './finding.ts';
import type { Checks, Rule, Unit, WordingContext } from './rule.ts';

/** One rule with its place among all: findings are reported in that order. */
export interface PreparedRule {
  readonly rule: Rule;
  readonly order: number;
  /** The condition of its findings that do not name one. */
  readonly condition: ConditionNumber | undefined;
}

type UnitCheck<U extends Unit> = { readonly prepared: PreparedRule; readonly check: NonNullable<Checks[U]> };

/** Rules that judge together. */
export interface RuleStage {
  readonly checks: { readonly [U in Unit]: readonly UnitCheck<U>[] };
  /** Rules that word faults of the condition; of one fault the first that has something to say does. */
  wordsFor(fault: Fault): readonly ConditionWords[];
  /** Whether a rule that words the fault makes findings of others needless, so that it counts whether or not it is wanted itself. */
  maySilence(fault: Fault): boolean;
  /** Ids of the rules that judge a part of a plan, by check or by words: what does not finish where the part is left out. */
  readonly ofPart: { readonly [P in PlanPart]: readonly string[] };
}

export interface PreparedRules {
  /** In the order in which findings are reported. */
  readonly all: readonly PreparedRule[];
  /** Ids of the rules that decide what is refused: without each of them it is not known. */
  readonly decisive: ReadonlySet<string>;
  /** By the id of a rule the ids of those that its findings make needless; of most there are none. */
  readonly superseding: ReadonlyMap<string, readonly string[]>;
  /** First the rules that decide what is refused, then the others: no finding of the second changes one of the first. */
  readonly stages: readonly [decisive: RuleStage, rest: RuleStage];
}

export interface ConditionWords {
  readonly prepared: PreparedRule;
  readonly word: FaultWord;
}

const NO_WORDS: readonly ConditionWords[] = [];

type FaultWord = (fault: Fault, context: WordingContext) => Wording | undefined;

/**
 * @param rules those that run, in the order in which findings are reported
 * @param isEnforced which of them may refuse; left out: where it makes no difference who is first, all
 */
export function prepareRules(rules: readonly Rule[], isEnforced: (id: string) => boolean = () => true): PreparedRules {
  const all = rules.map((rule, order) => ({ rule, order, condition: onlyCondition(rule) }));
  const decisive = decisiveOf(rules, isEnforced);
  const stages = [
    stageOf(all.filter(({ rule }) => decisive.has(rule))),
    stageOf(all.filter(({ rule }) => !decisive.has(rule))),
  ] as const;
  const superseding = new Map(
    rules.flatMap(({ id, supersedes }) => (supersedes === undefined ? [] : [[id, supersedes]])),
  );
  return { all, decisive: new Set([...decisive].map(({ id }) => id)), superseding, stages };
}

/** Those that refuse, and those that may silence them or speak in their place. */
function decisiveOf(rules: readonly Rule[], isEnforced: (id: string) => boolean): ReadonlySet<Rule> {
  const found = new Set(rules.filter(({ id }) => isEnforced(id)));
  let size = -1;
  while (size !== found.size) {
    size = found.size;
    const ids = new Set([...found].map(({ id }) => id));
    const conditions = new Set([...found].flatMap(wordedConditions));
    for (const rule of rules) {
      if ((rule.supersedes ?? []).some((id) => ids.has(id))) found.add(rule);
      if (wordedConditions(rule).some((condition) => conditions.has(condition))) found.add(rule);
    }
  }
  return found;
}

function stageOf(all: readonly PreparedRule[]): RuleStage {
  const words = new Map<ConditionNumber, ConditionWords[]>();
  for (const prepared of all) {
    for (const condition of wordedConditions(prepared.rule)) {
      // A rule words the faults of the condition that it is listed under, and no others.
      const word = prepared.rule.words?.[condition] as FaultWord | undefined;
      if (word !== undefined) words.set(condition, [...(words.get(condition) ?? []), { prepared, word }]);
    }
  }
  const silencing = new Set(
    all
      .filter(({ rule }) => rule.supersedes !== undefined)
      .flatMap(({ rule }): readonly ConditionNumber[] => wordedConditions(rule)),
  );
  const idsOf = (part: PlanPart, unit?: Unit): readonly string[] =>
    all
      .filter(({ rule }) => {
        const isChecked = unit !== undefined && rule.check?.[unit] !== undefined;
        return isChecked || wordedConditions(rule).some((condition) => partOf(condition) === part);
      })
      .map(({ rule }) => rule.id);
  return {
    checks: {
      Ingress: checksOf(all, 'Ingress'),
      FrontEnd: checksOf(all, 'FrontEnd'),
      Backend: checksOf(all, 'Backend'),
      Service: checksOf(all, 'Service'),
      Workload: checksOf(all, 'Workload'),
      Object: checksOf(all, 'Object'),
    },
    wordsFor: ({ condition }) => words.get(condition) ?? NO_WORDS,
    maySilence: ({ condition }) => silencing.has(condition),
    ofPart: { paths: idsOf('paths'), frontEnd: idsOf('frontEnd', 'FrontEnd'), backend: idsOf('backend', 'Backend') },
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

type PlanPart = 'paths' | 'frontEnd' | 'backend';

const OF_PATHS: readonly string[] = ['C3', 'C14', 'C15', 'C16', 'C41', 'C42', 'C43', 'G1'] satisfies FaultCondition[];
const OF_FRONT_END: readonly string[] = [
  ...(['C18', 'C19', 'C20', 'C21', 'C22', 'C23', 'C24', 'C25', 'C26', 'C27', 'C28', 'C29'] as const),
  ...(['C32', 'C45', 'C53', 'G3'] as const),
] satisfies FaultCondition[];

/** The part of a plan that has the faults of a condition. */
export function partOf(condition: FaultCondition): PlanPart {
  if (OF_PATHS.includes(condition)) return 'paths';
  return OF_FRONT_END.includes(condition) ? 'frontEnd' : 'backend';
}

/** The condition that a rule covers, if it is one alone. */
function onlyCondition({ covers }: Rule): ConditionNumber | undefined {
  const [only, other] = covers.filter(isCondition);
  return other === undefined ? only : undefined;
}
