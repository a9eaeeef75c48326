import { describe, expect, it } from 'vitest';
import { EXEMPTIONS, parsed, policyOf } from '../../test/support/corridor.ts';
import { service } from '../../test/support/objects.ts';
import { IGNORE } from '../judge/exemption.ts';
import type { Finding } from '../judge/finding.ts';
import { advise, renderFix } from '../judge/fix.ts';
import { referenceTo } from '../kubernetes/field-path.ts';
import type { Mode, Policy } from '../policy/policy.ts';
import { createModes } from '../policy/policy.ts';
import { emptySnapshot } from '../snapshot/snapshot.ts';
import { createExemptions, decide, type Found, type Judges, rank } from './verdict.ts';

const SERVICE = parsed(service());

const fixOf = (words: string): Finding['fix'] => renderFix([advise(words)], referenceTo(SERVICE));

const FINDING: Finding = {
  rule: 'some-rule',
  severity: 'error',
  isCertain: true,
  isLate: false,
  condition: undefined,
  object: SERVICE,
  owner: referenceTo(SERVICE),
  path: ['spec', 'type'],
  message: 'it is wrong.',
  note: '',
  elsewhere: '',
  fix: fixOf('Make it right'),
  identity: 'spec.type',
  places: [],
};

function findingOf(changes: Partial<Finding>): Finding {
  return { ...FINDING, ...changes };
}

function policyWith(mode: Mode): Policy {
  return policyOf({ modes: { 'some-rule': mode } });
}

const DENIAL = 'Service/shop/web: it is wrong [some-rule]. Fix: Make it right\nThen apply again, or re-sync.';
const WARNING = 'Service/shop/web: it is wrong [some-rule]. Fix: Make it right';
const POSSIBLE = 'Service/shop/web: possible: it is wrong [some-rule]. Fix: Make it right';

/** Of the incoming object, before which the stored one had these. */
const own = (findings: readonly Finding[], before: readonly Finding[] = []): Found => ({
  own: findings,
  ofNeighbours: [],
  before,
});

const modesOf = (policy: Policy): Judges => ({ modeOf: createModes(policy, emptySnapshot()), exemptions: EXEMPTIONS });

describe('the verdict on one finding', () => {
  const possible = findingOf({ isCertain: false });

  it.each<[Mode, string, readonly Finding[], readonly Finding[], string, readonly string[], string]>([
    ['enforce', 'certain and new', [FINDING], [], DENIAL, [], 'refused'],
    ['enforce', 'only possible', [possible], [], '', [POSSIBLE], 'warned'],
    ['enforce', 'certain, and in the stored object already', [FINDING], [FINDING], '', [WARNING], 'kept'],
    ['enforce', 'certain, and was only possible before', [FINDING], [possible], DENIAL, [], 'refused'],
    ['enforce', 'only possible, as it was before', [possible], [possible], '', [POSSIBLE], 'warned'],
    [
      'enforce',
      'another one of its rule than before',
      [FINDING],
      [findingOf({ identity: 'x' })],
      DENIAL,
      [],
      'refused',
    ],
    ['enforce', 'of another rule than before', [FINDING], [findingOf({ rule: 'x' })], DENIAL, [], 'refused'],
    [
      'enforce',
      'the same as before in other words and another place',
      [FINDING],
      [findingOf({ message: 'it was wrong.', path: [], fix: fixOf('x') })],
      '',
      [WARNING],
      'kept',
    ],
    ['warn', 'certain and new, which enforce would refuse', [FINDING], [], '', [WARNING], 'warned'],
    ['warn', 'only possible', [possible], [], '', [POSSIBLE], 'warned'],
    ['warn', 'in the stored object already', [FINDING], [FINDING], '', [WARNING], 'warned'],
    ['audit', 'certain and new, which enforce would refuse', [FINDING], [], '', [], 'recorded'],
    ['audit', 'only possible', [possible], [], '', [], 'recorded'],
    ['off', 'certain and new', [FINDING], [], '', [], 'recorded'],
  ])('under %s, %s', (mode, name, found, before, message, warnings, outcome) => {
    const verdict = decide(own(found, before), modesOf(policyWith(mode)));
    expect(verdict).toEqual({
      allowed: message === '',
      message,
      warnings,
      findings: [{ finding: found[0], mode, outcome, wouldRefuse: name.includes('enforce would refuse') }],
    });
  });

  it('is not excused by the same fault of another object', () => {
    const other = findingOf({ object: parsed(service({ name: 'other' })) });
    expect(decide(own([FINDING], [other]), modesOf(policyWith('enforce'))).allowed).toBe(false);
  });

  it('warns of a rule that the policy does not know', () => {
    const { allowed, findings } = decide(own([findingOf({ rule: 'unheard-of' })]), modesOf(policyOf()));
    expect([allowed, findings.map(({ mode, outcome }) => [mode, outcome])]).toEqual([true, [['warn', 'warned']]]);
  });

  it('may refuse for a rule of any severity that the policy enforces', () => {
    expect(decide(own([findingOf({ severity: 'info' })]), modesOf(policyWith('enforce'))).allowed).toBe(false);
  });

  it('is to allow where nothing was found', () => {
    expect(decide(own([], [FINDING]), modesOf(policyOf()))).toEqual({
      allowed: true,
      message: '',
      warnings: [],
      findings: [],
    });
  });
});

describe('a fault of a stored neighbour', () => {
  it('warns under enforce, for the incoming object cannot end it', () => {
    const found = { own: [], ofNeighbours: [FINDING], before: [] };
    const { allowed, warnings, findings } = decide(found, modesOf(policyWith('enforce')));
    expect({ allowed, warnings, outcomes: findings.map(({ outcome, wouldRefuse }) => [outcome, wouldRefuse]) }).toEqual(
      {
        allowed: true,
        warnings: [WARNING],
        outcomes: [['warned', false]],
      },
    );
  });

  it('is not counted as one that enforce would refuse', () => {
    const found = { own: [], ofNeighbours: [FINDING], before: [] };
    expect(decide(found, modesOf(policyWith('warn'))).findings.map(({ wouldRefuse }) => wouldRefuse)).toEqual([false]);
  });
});

describe('a denial', () => {
  const enforced = policyOf({ modes: { 'some-rule': 'enforce', 'other-rule': 'enforce' } });
  const denialOf = (...findings: readonly Finding[]): string => decide(own(findings), modesOf(enforced)).message;

  it('has one line a finding, numbered, and says once what to do in the end', () => {
    const other = findingOf({ rule: 'other-rule', message: 'it is odd too.', fix: fixOf('Run this --now') });
    expect(denialOf(FINDING, other).split('\n')).toEqual([
      'Service/shop/web: it is wrong [some-rule] (1 of 2). Fix: Make it right',
      'Service/shop/web: it is odd too [other-rule] (2 of 2). Fix: Run this --now',
      'Then apply again, or re-sync.',
    ]);
  });

  it('explains on a line of its own, for many places show the first only', () => {
    expect(denialOf(findingOf({ note: 'And here is why.' })).split('\n')).toEqual([
      'Service/shop/web: it is wrong [some-rule]. Fix: Make it right',
      '  And here is why.',
      'Then apply again, or re-sync.',
    ]);
  });

  it('keeps its first line within 350 characters, long names cut in the middle', () => {
    const long = parsed(service({ name: `${'n'.repeat(200)}-end`, namespace: `${'s'.repeat(60)}` }));
    const [first = ''] = denialOf(findingOf({ object: long, message: `${'x '.repeat(200)}.` })).split('\n');
    expect(first.length).toBeLessThanOrEqual(350);
    expect(first).toMatch(
      /^Service\/s{19}\.\.\.s{18}\/n{19}\.\.\.n{14}-end: (?:x ?)+\.\.\. \[some-rule\]\. Fix: Make it right$/,
    );
  });

  it('is a single line for each finding, whatever the object holds', () => {
    expect(denialOf(findingOf({ message: 'the value "a\nb\u0000\u202ec" is wrong.' })).split('\n')).toEqual([
      'Service/shop/web: the value "a b c" is wrong [some-rule]. Fix: Make it right',
      'Then apply again, or re-sync.',
    ]);
  });

  it('comes with the warnings of what else was found', () => {
    const policy = policyOf({ modes: { 'some-rule': 'enforce', 'other-rule': 'warn' } });
    const verdict = decide(own([findingOf({ rule: 'other-rule' }), FINDING]), modesOf(policy));
    expect(verdict.message).toBe(DENIAL);
    expect(verdict.warnings).toEqual([WARNING.replace('some-rule', 'other-rule')]);
  });
});

describe('an exemption', () => {
  const asking = (ignore: string): Finding =>
    findingOf({ object: parsed(service({ annotations: { [IGNORE]: ignore } })), rule: 'probe-not-adopted' });
  const isExempt = createExemptions(EXEMPTIONS);

  it('is from the rules that it names and no other, and from nothing where the policy forbids it', () => {
    const note = 'probe-not-adopted; reason=x';
    expect(isExempt(asking(note))).toBe(true);
    expect(isExempt({ ...asking(note), rule: 'cluster-ip-without-neg' })).toBe(false);
    expect(isExempt(FINDING)).toBe(false);
    expect(createExemptions({ ...EXEMPTIONS, allows: () => false })(asking(note))).toBe(false);
  });
});

describe('the order of findings', () => {
  it('is errors before warnings before infos, certain before possible, else that of the rules', () => {
    const found = [
      findingOf({ rule: 'a', severity: 'info' }),
      findingOf({ rule: 'b', severity: 'warning' }),
      findingOf({ rule: 'c', isCertain: false }),
      findingOf({ rule: 'd' }),
      findingOf({ rule: 'e', severity: 'warning', isCertain: false }),
      findingOf({ rule: 'f' }),
      findingOf({ rule: 'g', severity: 'warning' }),
    ];
    expect(rank(found).map(({ rule }) => rule)).toEqual(['d', 'f', 'c', 'b', 'g', 'e', 'a']);
    expect(found[0]?.rule).toBe('a');
  });

  it('is that of the warnings, after what the guard has to say of itself, for which there may be no room later', () => {
    const found = [findingOf({ severity: 'info', message: 'it is small.' }), FINDING];
    const notice = {
      objectName: 'guard',
      message: 'it is blind.',
      note: '',
      fix: 'Give it eyes',
      tag: 'notice',
      isPossible: false,
    };
    expect(decide(own(found), modesOf(policyWith('warn')), [notice]).warnings).toEqual([
      'guard: it is blind [notice]. Fix: Give it eyes',
      WARNING,
      'Service/shop/web: it is small [some-rule]. Fix: Make it right',
    ]);
  });
});
