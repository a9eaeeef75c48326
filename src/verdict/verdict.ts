// From findings and policy to a verdict: allowed or denied, ranked and worded for the people who will read it.
import { nameOf } from '../kubernetes/objects.ts';
import type { Mode } from '../policy/policy.ts';
import { createIsExempt, type ExemptionSettings } from '../rules/exemption.ts';
import { type Finding, SEVERITIES } from '../rules/rule.ts';
import { fitWarnings, toSingleLine, type WarningLine } from './warnings.ts';

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
  /** The denial, one block a finding; "" where allowed. */
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

/**
 * @param found what the rules say of the incoming object
 * @param before what they say of the stored object that it replaces; nothing it had already is a reason to refuse
 * @param notices lines of the guard's own that belong to the answer, told last
 */
export function decide(
  found: readonly Finding[],
  before: readonly Finding[],
  { modeOf, exemptions }: Judges,
  notices: readonly WarningLine[] = [],
): Verdict {
  // What was only possible of the stored object and is certain of this one is a new problem.
  const known = new Set(before.filter(({ isCertain }) => isCertain).map(identityOf));
  const isExempt = createIsExempt(exemptions);
  const findings = rank(found).map((finding): RankedFinding => {
    const mode = modeOf(finding.rule, finding.object.metadata.namespace);
    if (isExempt(finding.rule, finding.object)) {
      return { finding, mode, outcome: 'exempted', wouldRefuse: false };
    }
    const isRefusable = finding.isCertain && !known.has(identityOf(finding));
    const wouldRefuse = isRefusable && (mode === 'warn' || mode === 'audit');
    return { finding, mode, outcome: outcomeOf(finding, mode, known), wouldRefuse };
  });
  const refused = findings.filter(({ outcome }) => outcome === 'refused').map(({ finding }) => finding);
  const told = findings
    .filter(({ outcome }) => outcome === 'warned' || outcome === 'kept')
    .map(({ finding }) => finding);
  return {
    allowed: refused.length === 0,
    message: refused.map(denialBlock).join('\n'),
    warnings: fitWarnings([...told.map(toLine), ...notices]),
    findings,
  };
}

/** With the object's name, for what an arrival does to neighbours is decided together with its own findings. */
function identityOf({ rule, object, subject }: Finding): string {
  return `${rule}\0${nameOf(object)}\0${subject}`;
}

function outcomeOf(finding: Finding, mode: Mode, known: ReadonlySet<string>): Outcome {
  if (mode === 'audit' || mode === 'off') return 'recorded';
  if (mode === 'warn' || !finding.isCertain) return 'warned';
  return known.has(identityOf(finding)) ? 'kept' : 'refused';
}

/** Errors before warnings, certain before possible, then in the order of the rules. */
export function rank(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || Number(b.isCertain) - Number(a.isCertain),
  );
}

/**
 * Three lines a finding: what and why, the fix (a command stands alone on its line, ready to be copied), what then.
 * Kubernetes hands the lines on as they are; each is one line whatever the object holds.
 */
function denialBlock({ object, message, note, fix, rule }: Finding): string {
  const what = note === '' ? message : `${message} ${note}`;
  const lines = [`${nameOf(object)}: ${what}`, fix.replace(/\.$/, ''), `then apply again (or re-sync). [${rule}]`];
  return lines.map(toSingleLine).join('\n  ');
}

function toLine({ object, message, note, fix, rule }: Finding): WarningLine {
  return { subject: nameOf(object), message, note, fix: fix.endsWith('.') ? fix : `${fix}.`, tag: rule };
}
