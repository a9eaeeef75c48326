import { describe, expect, it } from 'vitest';
import { EXEMPTIONS, parsed, policyOf } from '../../test/support/corridor.ts';
import { service } from '../../test/support/objects.ts';
import type { Mode, Policy } from '../policy/policy.ts';
import { createModes } from '../policy/policy.ts';
import type { Finding } from '../rules/rule.ts';
import { emptySnapshot } from '../snapshot/snapshot.ts';
import { decide, type Judges, rank } from './verdict.ts';

const FINDING: Finding = {
  rule: 'some-rule',
  severity: 'error',
  object: parsed(service()),
  path: ['spec', 'type'],
  message: 'it is wrong.',
  note: '',
  fix: 'Make it right.',
  isCertain: true,
  subject: 'spec.type',
};

function findingOf(changes: Partial<Finding>): Finding {
  return { ...FINDING, ...changes };
}

function policyWith(mode: Mode): Policy {
  return policyOf({ modes: { 'some-rule': mode } });
}

const DENIAL = 'Service/shop/web: it is wrong.\n  Make it right\n  then apply again (or re-sync). [some-rule]';
const WARNING = 'Service/shop/web: it is wrong. Make it right. [some-rule]';

const modesOf = (policy: Policy): Judges => ({ modeOf: createModes(policy, emptySnapshot()), exemptions: EXEMPTIONS });

describe('the verdict on one finding', () => {
  const possible = findingOf({ isCertain: false });

  it.each<[Mode, string, readonly Finding[], readonly Finding[], string, readonly string[], string]>([
    ['enforce', 'certain and new', [FINDING], [], DENIAL, [], 'refused'],
    ['enforce', 'only possible', [possible], [], '', [WARNING], 'warned'],
    ['enforce', 'certain, and in the stored object already', [FINDING], [FINDING], '', [WARNING], 'kept'],
    ['enforce', 'certain, and was only possible before', [FINDING], [possible], DENIAL, [], 'refused'],
    ['enforce', 'only possible, as it was before', [possible], [possible], '', [WARNING], 'warned'],
    ['enforce', 'of another subject than before', [FINDING], [findingOf({ subject: 'x' })], DENIAL, [], 'refused'],
    ['enforce', 'of another rule than before', [FINDING], [findingOf({ rule: 'x' })], DENIAL, [], 'refused'],
    [
      'enforce',
      'the same as before in other words and another place',
      [FINDING],
      [findingOf({ message: 'it was wrong.', path: [], fix: 'x' })],
      '',
      [WARNING],
      'kept',
    ],
    ['warn', 'certain and new, which enforce would refuse', [FINDING], [], '', [WARNING], 'warned'],
    ['warn', 'only possible', [possible], [], '', [WARNING], 'warned'],
    ['warn', 'in the stored object already', [FINDING], [FINDING], '', [WARNING], 'warned'],
    ['audit', 'certain and new, which enforce would refuse', [FINDING], [], '', [], 'recorded'],
    ['audit', 'only possible', [possible], [], '', [], 'recorded'],
    ['off', 'certain and new', [FINDING], [], '', [], 'recorded'],
  ])('under %s, %s', (mode, name, found, before, message, warnings, outcome) => {
    const verdict = decide(found, before, modesOf(policyWith(mode)));
    expect(verdict).toEqual({
      allowed: message === '',
      message,
      warnings,
      findings: [{ finding: found[0], mode, outcome, wouldRefuse: name.includes('enforce would refuse') }],
    });
  });

  it('is not excused by the same fault of another object', () => {
    const other = findingOf({ object: parsed(service({ name: 'other' })) });
    expect(decide([FINDING], [other], modesOf(policyWith('enforce'))).allowed).toBe(false);
  });

  it('warns of a rule that the policy does not know', () => {
    const { allowed, findings } = decide([findingOf({ rule: 'unheard-of' })], [], modesOf(policyOf()));
    expect([allowed, findings.map(({ mode, outcome }) => [mode, outcome])]).toEqual([true, [['warn', 'warned']]]);
  });

  it('may refuse for a rule of any severity that the policy enforces', () => {
    expect(decide([findingOf({ severity: 'info' })], [], modesOf(policyWith('enforce'))).allowed).toBe(false);
  });

  it('is to allow where nothing was found', () => {
    expect(decide([], [FINDING], modesOf(policyOf()))).toEqual({
      allowed: true,
      message: '',
      warnings: [],
      findings: [],
    });
  });
});

describe('a denial', () => {
  it('has one block a finding, the rule last in brackets', () => {
    const policy = policyOf({ modes: { 'some-rule': 'enforce', 'other-rule': 'enforce' } });
    const other = findingOf({ rule: 'other-rule', message: 'it is odd too.', fix: 'Run this --now' });
    expect(decide([FINDING, other], [], modesOf(policy)).message).toBe(
      `${DENIAL}\nService/shop/web: it is odd too.\n  Run this --now\n  then apply again (or re-sync). [other-rule]`,
    );
  });

  it('has room for the note', () => {
    expect(decide([findingOf({ note: 'And here is why.' })], [], modesOf(policyWith('enforce'))).message).toBe(
      'Service/shop/web: it is wrong. And here is why.\n  Make it right\n  then apply again (or re-sync). [some-rule]',
    );
  });

  it('is a single line for each finding, whatever the object holds', () => {
    const message = 'the value "a\nb\u0000" is wrong.';
    expect(decide([findingOf({ message })], [], modesOf(policyWith('enforce'))).message).toBe(
      'Service/shop/web: the value "a b " is wrong.\n  Make it right\n  then apply again (or re-sync). [some-rule]',
    );
  });

  it('comes with the warnings of what else was found', () => {
    const policy = policyOf({ modes: { 'some-rule': 'enforce', 'other-rule': 'warn' } });
    const verdict = decide([findingOf({ rule: 'other-rule' }), FINDING], [], modesOf(policy));
    expect(verdict.message).toBe(DENIAL);
    expect(verdict.warnings).toEqual([WARNING.replace('some-rule', 'other-rule')]);
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

  it('is that of the warnings, with what the guard has to say of itself at the end', () => {
    const found = [findingOf({ severity: 'info', message: 'it is small.' }), FINDING];
    const notice = { subject: 'guard', message: 'it is blind.', note: '', fix: 'Tell it.', tag: 'notice' };
    expect(decide(found, [], modesOf(policyWith('warn')), [notice]).warnings).toEqual([
      WARNING,
      'Service/shop/web: it is small. Make it right. [some-rule]',
      'guard: it is blind. Tell it. [notice]',
    ]);
  });
});
