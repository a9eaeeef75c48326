import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { createSnapshot, emptySnapshot } from '../snapshot/snapshot.ts';
import { composePolicy, createModes, type Policy } from './policy.ts';
import type { GuardPolicyFile } from './schemas.ts';

const FILE = { apiVersion: 'gke-ingress-guard.dev/v1', kind: 'GuardPolicy' } as const;
const RULE_IDS = ['some-rule', 'other-rule'];

function composed(...contents: readonly Partial<GuardPolicyFile>[]): Policy {
  const layers = contents.map((content, index) => ({
    origin: `layer-${index}.yaml`,
    lineOf: () => 7,
    content: { ...FILE, ...content },
  }));
  const result = composePolicy(layers, RULE_IDS);
  if (!result.ok) throw new Error(result.errors.join('\n'));
  return result.policy;
}

const namespaceWith = (name: string, labels: Readonly<Record<string, string>>): ReturnType<typeof parsed> =>
  parsed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });

describe('the mode of a rule in a namespace', () => {
  const staged = composed({
    rules: { 'some-rule': 'audit', 'other-rule': 'warn' },
    namespaces: [
      { names: ['team-*'], rules: { 'some-rule': 'warn' } },
      { labels: { guard: 'strict' }, rules: { 'some-rule': 'enforce' } },
      { names: ['team-sandbox'], rules: { 'some-rule': 'off' } },
    ],
  });

  it('is that of the policy where no entry matches', () => {
    expect(createModes(staged, emptySnapshot())('some-rule', 'shop')).toBe('audit');
  });

  it('is that of the last entry that matches and names the rule', () => {
    const modeOf = createModes(staged, emptySnapshot());
    expect(modeOf('some-rule', 'team-a')).toBe('warn');
    expect(modeOf('some-rule', 'team-sandbox')).toBe('off');
    expect(modeOf('other-rule', 'team-sandbox')).toBe('warn');
  });

  it('goes by labels where the Namespace is known', () => {
    const snapshot = createSnapshot(
      [namespaceWith('shop', { guard: 'strict' }), namespaceWith('team-a', {})],
      'listed',
    );
    const modeOf = createModes(staged, snapshot);
    expect(modeOf('some-rule', 'shop')).toBe('enforce');
    expect(modeOf('some-rule', 'team-a')).toBe('warn');
  });

  it('asks for the name and the labels where an entry gives both', () => {
    const both = composed({
      namespaces: [{ names: ['shop'], labels: { guard: 'strict' }, rules: { 'some-rule': 'off' } }],
    });
    const modeOf = createModes(
      both,
      createSnapshot([namespaceWith('shop', { guard: 'strict' }), namespaceWith('bar', { guard: 'strict' })], 'listed'),
    );
    expect(['shop', 'bar'].map((namespace) => modeOf('some-rule', namespace))).toEqual(['off', 'warn']);
    expect(createModes(both, emptySnapshot())('some-rule', 'shop')).toBe('warn');
  });

  it('is laid over by a later file, whose entries come after those of the earlier', () => {
    const overlaid = composed(
      { namespaces: [{ names: ['shop'], rules: { 'some-rule': 'enforce' } }] },
      { namespaces: [{ names: ['shop'], rules: { 'some-rule': 'audit' } }] },
    );
    expect(createModes(overlaid, emptySnapshot())('some-rule', 'shop')).toBe('audit');
  });
});

describe('a policy that names rules that there are not', () => {
  it('is refused with every place, and with what may be meant', () => {
    const content: GuardPolicyFile = {
      ...FILE,
      rules: { 'some-rul': 'warn' },
      namespaces: [{ names: ['a'], rules: { 'other-rules': 'off' } }],
    };
    expect(composePolicy([{ origin: 'guard.yaml', lineOf: () => 7, content }], RULE_IDS)).toEqual({
      ok: false,
      errors: [
        'guard.yaml:7: rules: there is no rule "some-rul"; did you mean "some-rule"?',
        'guard.yaml:7: namespaces.0.rules: there is no rule "other-rules"; did you mean "other-rule"?',
      ],
    });
  });
});

describe('where exemptions count', () => {
  const allowsIn = (policy: Policy): readonly boolean[] =>
    ['team-a', 'shop'].map((one) => policy.allowsExemptions(one));

  it.each<[string, Partial<GuardPolicyFile>, readonly boolean[]]>([
    ['everywhere as shipped', {}, [true, true]],
    ['nowhere where they are forbidden', { exemptions: 'forbidden' }, [false, false]],
    ['in the namespaces that the policy names', { exemptionNamespaces: ['platform', 'team-*'] }, [true, false]],
    ['in none of no namespaces', { exemptionNamespaces: [] }, [false, false]],
    ['nowhere where both are said', { exemptions: 'forbidden', exemptionNamespaces: ['team-*'] }, [false, false]],
  ])('is %s', (_, content, expected) => {
    expect(allowsIn(composed(content))).toEqual(expected);
  });

  it('is as the last layer says that says anything', () => {
    expect(allowsIn(composed({ exemptionNamespaces: ['shop'] }, { exemptionNamespaces: ['team-a'] }, {}))).toEqual([
      true,
      false,
    ]);
  });
});
