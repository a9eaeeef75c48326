// The plan before beside the plan after, on generated sets of objects: what holds of every change.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordsOfChange } from '../../src/judge/change-words.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import type { PlanChange } from '../../src/plan/change.ts';
import { compareFrontEnds } from '../../src/plan/change-front-end.ts';
import { compareRoutes } from '../../src/plan/change-routes.ts';
import { comparePlans } from '../../src/plan/changes.ts';
import { createPlanner, type IngressPlan } from '../../src/plan/plan.ts';
import { settingsAsStored } from '../../src/plan/plan-input.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';
import { ADD_ON_ON } from '../support/facts.ts';
import { type ArbitraryCase, arbitraryCase } from './arbitrary-case.ts';

/** Of the first Ingress. */
function planOf({ objects }: ArbitraryCase): IngressPlan | undefined {
  const parsed = objects.flatMap((raw) => parseObject(raw) ?? []);
  const planner = createPlanner(
    createSnapshot(parsed, () => true),
    settingsAsStored(ADD_ON_ON),
  );
  const ingress = parsed.find((object) => object.kind === 'Ingress');
  return ingress?.kind === 'Ingress' ? planner.planOf(ingress) : undefined;
}

const changesOf = (before: ArbitraryCase, after: ArbitraryCase): readonly PlanChange[] =>
  comparePlans(planOf(before), planOf(after));

const kindsOf = (changes: readonly PlanChange[]): readonly string[] => changes.map(({ kind }) => kind);

describe('the plan before beside the plan after', () => {
  it('says nothing of what is the same', () => {
    fc.assert(
      fc.property(arbitraryCase, (one) => {
        expect(changesOf(one, one)).toEqual([]);
      }),
    );
  });

  it('says each change once, in whole sentences, at objects that may have brought it', () => {
    fc.assert(
      fc.property(arbitraryCase, arbitraryCase, (before, after) => {
        const changes = changesOf(before, after);
        const identities = changes.map(
          (change) => `${wordsOfChange(change).identity}\0${wordsOfChange(change).message}`,
        );
        expect(new Set(identities).size).toBe(identities.length);
        for (const change of changes) {
          expect(wordsOfChange(change).message).toMatch(/^\S.*\.$/s);
          expect(change.causes.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('finds in one direction as new what is gone in the other', () => {
    const WAYS = [
      ['host-gone', 'host-new'],
      ['path-gone', 'path-new'],
      ['https-gone', 'https-new'],
      ['http-gone', 'http-new'],
    ] as const;
    const count = (changes: readonly PlanChange[], kind: string): number =>
      kindsOf(changes).filter((one) => one === kind).length;
    let compared = 0;
    fc.assert(
      fc.property(arbitraryCase, arbitraryCase, (before, after) => {
        const was = planOf(before);
        const now = planOf(after);
        if (was === undefined || now === undefined) return;
        const there = [...compareRoutes(was, now), ...compareFrontEnds(was, now)];
        const back = [...compareRoutes(now, was), ...compareFrontEnds(now, was)];
        for (const [gone, added] of WAYS) {
          compared += count(there, gone);
          // A path of the Ingress makes one or two of the URL map, so that only whether there are any is the same.
          expect([gone, count(there, gone) > 0]).toEqual([gone, count(back, added) > 0]);
        }
      }),
    );
    expect(compared).toBeGreaterThan(0);
  });
});
