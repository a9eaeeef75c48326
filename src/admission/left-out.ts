// What an admission did not get to within its budget, and how that is said: once, in one warning.
import { formatName, referenceTo } from '../kubernetes/field-path.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { denialOfLine, type Line } from '../verdict/words.ts';

/**
 * Steps of one admission (src/judge/budget.ts). bench/largest-objects.ts says what time they take, docs/adr/0020 why it is counted.
 */
export const ADMISSION_STEPS = 300_000;

export interface LeftOut {
  /** Whether it is not known if the object would have been refused. */
  readonly isUndecided: boolean;
  /** Ids of the rules that did not finish. */
  readonly rules: readonly string[];
  /** How many objects beside this one were not judged, or not compared with what they were before. */
  readonly neighbours: number;
}

export const NOTHING_LEFT_OUT: LeftOut = { isUndecided: false, rules: [], neighbours: 0 };

export function isAny({ rules, neighbours }: LeftOut): boolean {
  return rules.length > 0 || neighbours > 0;
}

export function lineOfLeftOut(object: KubernetesObject, { isUndecided, rules, neighbours }: LeftOut): Line {
  const objects = neighbours === 0 ? '' : `${neighbours} ${neighbours === 1 ? 'neighbour' : 'neighbours'}`;
  const told = rules.length === 0 ? objects : `${rulesInWords(rules)}${objects === '' ? '' : ` and ${objects}`}`;
  const what = isUndecided ? 'rules that refuse did not finish' : 'not all was judged';
  return {
    objectName: formatName(referenceTo(object)),
    message: `it takes more steps than one admission has, so ${what}: ${told}.`,
    note: '',
    fix: 'Judge its file with check, which has no such limit, or make it smaller',
    tag: 'budget-spent',
    isPossible: false,
  };
}

/** Those that fit a line; rules that refuse come first. */
function rulesInWords(rules: readonly string[]): string {
  const [first = '', ...others] = rules;
  return others.length === 0 ? first : `${first} and ${others.length} more rules`;
}

/** Where the policy refuses what the rules that refuse did not finish. */
export function denialOfLeftOut(object: KubernetesObject, leftOut: LeftOut): string {
  return denialOfLine(lineOfLeftOut(object, leftOut));
}
