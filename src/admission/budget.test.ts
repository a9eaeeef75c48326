import { describe, expect, it } from 'vitest';
import { corridorOf, policyOf } from '../../test/support/corridor.ts';
import { ADD_ON_OFF, ADD_ON_ON } from '../../test/support/facts.ts';
import { ingress, ingressOf, pathTo, type RawObject, service } from '../../test/support/objects.ts';
import { type ReviewOptions, reviewOf } from '../../test/support/reviews.ts';
import type { Corridor } from '../verdict/corridor.ts';
import { type Admission, admit } from './admit.ts';
import { parseReview } from './review.ts';

function judged(steps: number, object: RawObject, corridor: Corridor, options: ReviewOptions = {}): Admission {
  const result = parseReview(reviewOf(object, options));
  if (!result.ok) throw new TypeError(result.detail);
  return admit('validate', result.review, corridor, steps);
}

const ENOUGH = 1_000_000;
const GCE = ingress({ class: 'gce' });
const DENYING = policyOf({ onBudget: 'deny' });
const BAD_PATH = ingressOf([pathTo('/bad*', 'Exact')]);

/** An Ingress to ports that its Service does not have, which only a neighbour tells. */
const PORTS = ingress({
  class: 'gce',
  spec: {
    rules: [
      {
        http: {
          paths: Array.from({ length: 40 }, (_, at) => ({
            path: `/p${at}`,
            pathType: 'Prefix',
            backend: { service: { name: 'web', port: { number: 1000 + at } } },
          })),
        },
      },
    ],
  },
});

/** The fewest steps with which it is refused. */
function fewestToRefuse(object: RawObject, corridor: Corridor): number {
  let [low, high] = [0, ENOUGH];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (judged(middle, object, corridor).answer.response.allowed) low = middle;
    else high = middle;
  }
  return high;
}

describe('the budget of an admission', () => {
  it('leaves nothing out of what people write every day', () => {
    for (const object of [GCE, service(), BAD_PATH, PORTS]) {
      expect(judged(ENOUGH, object, corridorOf([service()])).leftOut).toEqual({
        isUndecided: false,
        rules: [],
        neighbours: 0,
      });
    }
  });

  it('lets pass, with one warning, what the rules that refuse did not get to', () => {
    const { answer, leftOut } = judged(0, GCE, corridorOf([], { facts: ADD_ON_OFF }));
    expect([leftOut.isUndecided, leftOut.rules[0], leftOut.rules.length > 30]).toEqual([
      true,
      'http-load-balancing-disabled',
      true,
    ]);
    expect(answer.response).toEqual({
      uid: expect.any(String),
      allowed: true,
      warnings: [
        'Ingress/shop/web: it takes more steps than one admission has, so rules that refuse did not finish: ' +
          `http-load-balancing-disabled and ${leftOut.rules.length - 1} more rules [budget-spent]. ` +
          'Fix: Judge its file with check, which has no such limit, or make it smaller',
      ],
    });
  });

  it('refuses it where the policy says so', () => {
    const { answer } = judged(0, GCE, corridorOf([], { facts: ADD_ON_ON, policy: DENYING }));
    expect(answer.response).toMatchObject({ allowed: false, status: { code: 403 } });
    expect(answer.response.status?.message).toMatch(
      /^Ingress\/shop\/web: it takes more steps than one admission has, so rules that refuse did not finish: .*\[budget-spent\]/,
    );
  });

  it('is spent on what refuses first: a refusal needs a part of what everything takes', () => {
    const corridor = corridorOf([service()], { facts: ADD_ON_ON });
    const steps = fewestToRefuse(BAD_PATH, corridor);
    expect(judged(steps, BAD_PATH, corridor).leftOut.rules.length).toBeGreaterThan(20);
    expect(judged(ENOUGH, BAD_PATH, corridor).answer.response).toMatchObject({ allowed: false });
  });

  it('refuses nothing by policy where only other rules did not finish', () => {
    const corridor = corridorOf([service()], { facts: ADD_ON_ON, policy: DENYING });
    const undecided = (steps: number): boolean => judged(steps, PORTS, corridor).leftOut.isUndecided;
    const isWhole = (steps: number): boolean => judged(steps, PORTS, corridor).leftOut.rules.length === 0;
    const steps = Array.from({ length: 200 }, (_, index) => index * 20);
    const between = steps.filter((count) => !undecided(count) && !isWhole(count));
    expect(between.length).toBeGreaterThan(0);
    for (const count of between) expect(judged(count, PORTS, corridor).answer.response.allowed).toBe(true);
  });

  it('never finds more with less, nor anything that is not so', () => {
    const corridor = corridorOf([service()], { facts: ADD_ON_ON });
    const all = new Set(judged(ENOUGH, PORTS, corridor).findings.map(({ finding }) => finding.identity));
    let last = 0;
    for (let steps = 0; steps < 4000; steps += 40) {
      const found = judged(steps, PORTS, corridor).findings.map(({ finding }) => finding.identity);
      expect(found.filter((identity) => !all.has(identity))).toEqual([]);
      expect(found.length).toBeGreaterThanOrEqual(last);
      last = found.length;
    }
    expect(last).toBe(all.size);
  });

  it('refuses no update for what the stored object may have had already', () => {
    const corridor = corridorOf([service()], { facts: ADD_ON_ON });
    for (let steps = 0; steps < 4000; steps += 40) {
      expect(judged(steps, BAD_PATH, corridor, { old: BAD_PATH }).answer.response.allowed).toBe(true);
    }
    expect(judged(ENOUGH, BAD_PATH, corridor, { old: GCE }).answer.response.allowed).toBe(false);
  });

  it('counts the neighbours that it did not reach', () => {
    const neighbours = [ingress({ class: 'gce' }), service()];
    const invalid = service({ neg: '{"ingress": "yes"}' });
    const left = Array.from({ length: 100 }, (_, index) => judged(index * 10, invalid, corridorOf(neighbours)).leftOut);
    expect(left[0]?.neighbours).toBe(1);
    expect(left.at(-1)).toEqual({ isUndecided: false, rules: [], neighbours: 0 });
    const onlyNeighbours = left.find(({ rules, neighbours: count }) => rules.length === 0 && count > 0);
    expect(onlyNeighbours?.isUndecided).toBe(false);
  });
});

describe('findings of one rule', () => {
  const many = ingressOf(Array.from({ length: 3960 }, (_, index) => pathTo(`/bad${index}*`, 'Exact')));

  it('are said up to ten, and counted from there on', () => {
    const { answer } = judged(ENOUGH, many, corridorOf([service()], { facts: ADD_ON_ON }));
    const lines = answer.response.status?.message.split('\n') ?? [];
    expect(lines.filter((line) => line.includes('of 3960)'))).toHaveLength(10);
    expect(lines).toContain('  and 3,950 more [path-invalid]');
  });

  it('are counted in a warning too', () => {
    const corridor = corridorOf([service()], {
      facts: ADD_ON_ON,
      policy: policyOf({ modes: { 'path-invalid': 'warn' } }),
    });
    const { answer, findings } = judged(ENOUGH, many, corridor);
    expect(answer.response.allowed).toBe(true);
    expect(answer.response.warnings?.filter((line) => /and 3,950 more/.test(line))).toEqual([
      'Ingress/shop/web: and 3,950 more [path-invalid].',
    ]);
    expect(findings.filter(({ finding }) => finding.rule === 'path-invalid')).toHaveLength(3960);
  });
});
