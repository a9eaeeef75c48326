// That the test of every rule which looks for names of other namespaces (test/support/describe-rule.ts) can find them.
import { describe, expect, it } from 'vitest';
import { defineRule, type Rule } from '../src/judge/rule.ts';
import { nameOf } from '../src/kubernetes/objects.ts';
import { negNameWithIngress } from '../src/rules/neg-name-with-ingress.ts';
import { textsBesideForeigners } from './support/describe-rule.ts';
import { FOREIGN } from './support/foreign-neighbours.ts';
import { ingress, service } from './support/objects.ts';

const NAMED = service({ neg: '{"exposed_ports": {"80": {"name": "shop-web"}}}' });

const isThere = (): readonly string[] => [''];

function gossip(wordingOf: (name: string) => { readonly message: string; readonly note?: string }): Rule {
  return defineRule({
    id: 'gossip',
    judges: ['Service'],
    severity: 'warning',
    summary: 'It tells.',
    why: 'It tells.',
    fix: 'Do not tell.',
    covers: [],
    references: [],
    check: {
      Service: ({ snapshot, service: { metadata } }) =>
        snapshot
          .servicesBy(isThere, '')
          .filter((other) => other.metadata.namespace !== metadata.namespace)
          .map((other) => ({ path: ['spec'], ...wordingOf(nameOf(other)) })),
    },
  });
}

describe('the look for names of other namespaces', () => {
  it.each([
    ['a message', gossip((name) => ({ message: `${name} has it too.` }))],
    ['a note', gossip((name) => ({ message: 'it is so.', note: `${name} has it too.` }))],
  ])('sees one in %s', (_, rule) => {
    const leaks = textsBesideForeigners(rule, [NAMED]).filter((text) => text.includes(FOREIGN));
    // Of the judge, and of the webhook under warn and under enforce.
    expect(leaks).toHaveLength(1 + 2);
  });

  it('lets the rule that knows a competitor elsewhere say so without its name', () => {
    const texts = textsBesideForeigners(negNameWithIngress, [NAMED, ingress({ class: 'gce' })]);
    expect(texts.some((text) => text.includes('a Service of another namespace also asks'))).toBe(true);
    expect(texts.filter((text) => text.includes(FOREIGN))).toEqual([]);
  });
});
