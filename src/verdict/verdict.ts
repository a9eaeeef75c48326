// From findings and policy to a verdict: allowed or denied, ranked and worded for the people who will read it.
import { type ExemptionSettings, readExemption } from '../judge/exemption.ts';
import { type Finding, SEVERITIES } from '../judge/finding.ts';
import { type KubernetesObject, nameOf } from '../kubernetes/objects.ts';
import type { Mode } from '../policy/policy.ts';
import { denialOf, fitWarnings, type Line, lineOf, lineOfMore } from './words.ts';

/** What became of a finding. `kept` means that an enforced problem stood in the stored object already;
 * `exempted` that the object asks to be left alone in this. */
export type Outcome = 'refused' | 'warned' | 'kept' | 'recorded' | 'exempted';

export interface RankedFinding {
  readonly finding: Finding;
  readonly mode: Mode;
  readonly outcome: Outcome;
  /** Whether mode enforce would have refused what warn or audit let pass: to be counted before a rule is enforced. */
  readonly wouldRefuse: boolean;
}

export interface Verdict {
  readonly allowed: boolean;
  /** The denial; "" where allowed. */
  readonly message: string;
  /** Single lines within Kubernetes' budget, most severe first. */
  readonly warnings: readonly string[];
  readonly findings: readonly RankedFinding[];
}

/** Who says what counts: the modes of the policy, and the exemptions that it allows. */
export interface Judges {
  /** The mode of a rule for objects of a namespace. */
  readonly modeOf: (rule: string, namespace: string) => Mode;
  readonly exemptions: ExemptionSettings;
}

export interface Found {
  /** In the incoming object: a fault of it refuses, also where a neighbour makes it certain. */
  readonly own: readonly Finding[];
  /** In stored neighbours: the incoming object cannot end them, so they never refuse it. */
  readonly ofNeighbours: readonly Finding[];
  /** In the stored object that it replaces: nothing that it had already is a reason to refuse. */
  readonly before: readonly Finding[];
}

/** @param notices lines of the guard's own that belong to the answer, said first: there may be no room for them later */
export function decide(found: Found, { modeOf, exemptions }: Judges, notices: readonly Line[] = []): Verdict {
  if (found.own.length === 0 && found.ofNeighbours.length === 0 && notices.length === 0) return NOTHING_FOUND;
  // What was only possible of the stored object and is certain of this one is a new problem.
  const known = new Set(found.before.filter(({ isCertain }) => isCertain).map(keyOf));
  const own = new Set(found.own);
  const isExempt = createExemptions(exemptions);
  const findings = rank([...found.own, ...found.ofNeighbours]).map((finding): RankedFinding => {
    const mode = modeOf(finding.rule, finding.object.metadata.namespace);
    if (isExempt(finding)) return { finding, mode, outcome: 'exempted', wouldRefuse: false };
    const isOwn = own.has(finding);
    const isKnown = known.has(keyOf(finding));
    const wouldRefuse = isOwn && finding.isCertain && !isKnown && (mode === 'warn' || mode === 'audit');
    return { finding, mode, outcome: outcomeOf(finding, mode, isOwn, isKnown), wouldRefuse };
  });
  const withOutcome = (...outcomes: readonly Outcome[]): readonly Finding[] =>
    findings.filter(({ outcome }) => outcomes.includes(outcome)).map(({ finding }) => finding);
  const refused = capped(withOutcome('refused'));
  const warned = capped(withOutcome('warned', 'kept'));
  return {
    allowed: refused.said.length === 0,
    message: refused.said.length === 0 ? '' : denialOf(refused.said, refused.moreAfter),
    warnings: fitWarnings([...notices, ...linesOf(warned)]),
    findings,
  };
}

const NOTHING_FOUND: Verdict = { allowed: true, message: '', warnings: [], findings: [] };

/** Of more findings of one rule in one object nobody reads: the others are counted. `check` shows them all. */
const MAX_SAID = 10;

interface Capped {
  readonly said: readonly Finding[];
  /** How many findings of its rule and object are not said; at the last of them that is, 0 at the others. */
  readonly moreAfter: (finding: Finding) => number;
}

function capped(findings: readonly Finding[]): Capped {
  if (findings.length <= MAX_SAID) return { said: findings, moreAfter: () => 0 };
  const groups = Map.groupBy(findings, ({ rule, object }) => `${rule}\0${nameOf(object)}`);
  const more = new Map<Finding, number>();
  const said = new Set<Finding>();
  for (const group of groups.values()) {
    for (const finding of group.slice(0, MAX_SAID)) said.add(finding);
    const last = group[MAX_SAID - 1];
    if (last !== undefined) more.set(last, group.length - MAX_SAID);
  }
  return { said: findings.filter((finding) => said.has(finding)), moreAfter: (finding) => more.get(finding) ?? 0 };
}

function linesOf({ said, moreAfter }: Capped): readonly Line[] {
  return said.flatMap((finding) => {
    const more = moreAfter(finding);
    return more === 0 ? [lineOf(finding)] : [lineOf(finding), lineOfMore(finding, more)];
  });
}

function keyOf({ rule, object, identity }: Finding): string {
  return `${rule}\0${nameOf(object)}\0${identity}`;
}

function outcomeOf({ isCertain }: Finding, mode: Mode, isOwn: boolean, isKnown: boolean): Outcome {
  if (mode === 'audit' || mode === 'off') return 'recorded';
  if (mode === 'warn' || !isCertain || !isOwn) return 'warned';
  return isKnown ? 'kept' : 'refused';
}

/** Whether the object of a finding asks to be left alone in it. Each object's annotation is read once. */
export function createExemptions(settings: ExemptionSettings): (finding: Finding) => boolean {
  const known = new Map<KubernetesObject, ReadonlySet<string>>();
  return ({ object, rule }) => {
    if (!settings.allows(object.metadata.namespace)) return false;
    let rules = known.get(object);
    if (rules === undefined) {
      const exemption = readExemption(object, settings);
      rules = new Set(exemption.state === 'valid' ? exemption.rules : []);
      known.set(object, rules);
    }
    return rules.has(rule);
  };
}

/** Errors before warnings, certain before possible, then in the order of the rules. */
export function rank(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || Number(b.isCertain) - Number(a.isCertain),
  );
}
