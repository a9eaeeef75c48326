import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { ADD_ON_ON } from '../../test/support/facts.ts';
import { ingress, pathTo, service } from '../../test/support/objects.ts';
import { createPlanner } from '../plan/plan.ts';
import { settingsAsStored } from '../plan/plan-input.ts';
import { RULES } from '../rules/index.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import { partOf, prepareRules, wordedConditions } from './prepared-rules.ts';

describe('the stages of rules', () => {
  const idsOf = (...enforced: readonly string[]): readonly string[] => [
    ...prepareRules(RULES, (id) => enforced.includes(id)).decisive,
  ];

  it('have no first one where nothing refuses', () => {
    expect(idsOf()).toEqual([]);
  });

  it('put beside a rule that refuses those that silence it', () => {
    expect(idsOf('http-load-balancing-unknown')).toEqual(
      expect.arrayContaining(['http-load-balancing-unknown', 'ingress-class-missing']),
    );
  });

  it('leave the words of one condition together', () => {
    for (const { id } of RULES) {
      const decisive = idsOf(id);
      const words = new Set(RULES.filter((rule) => decisive.includes(rule.id)).flatMap(wordedConditions));
      const apart = RULES.filter(
        (rule) => !decisive.includes(rule.id) && wordedConditions(rule).some((one) => words.has(one)),
      );
      expect(apart).toEqual([]);
    }
  });
});

describe('the part of a plan that a condition is of', () => {
  it('is where its faults stand', () => {
    const annotations = {
      'networking.gke.io/v1beta1.FrontendConfig': 'missing',
      'kubernetes.io/ingress.allow-http': 'maybe',
      'kubernetes.io/ingress.global-static-ip-name': 'a',
      'kubernetes.io/ingress.regional-static-ip-name': 'b',
    };
    const rules = [
      { host: 'a.example', http: { paths: [pathTo('/*/x', 'Prefix'), pathTo('/b', 'Odd'), pathTo('/c*', 'Exact')] } },
      { host: 'a.example', http: { paths: [pathTo('/b', 'Exact'), pathTo('/b', 'Exact')] } },
      { host: 'b.example' },
    ];
    const broken = parsed(ingress({ class: 'gce', annotations, spec: { rules }, tls: [{}] }));
    const neighbour = parsed(service({ neg: '{"ingress": "yes"}', ports: [{ port: 80, protocol: 'UDP' }] }));
    const planner = createPlanner(createSnapshot([broken, neighbour], 'everything'), settingsAsStored(ADD_ON_ON));
    if (broken.kind !== 'Ingress') throw new TypeError(broken.kind);
    const { urlMap, frontEnd, backends } = planner.planOf(broken);
    const found = [
      ['paths', urlMap.faults],
      ['frontEnd', frontEnd.faults],
      ['backend', backends.flatMap(({ faults }) => faults)],
    ] as const;
    for (const [part, faults] of found) {
      expect(faults.length).toBeGreaterThan(2);
      expect(faults.filter(({ condition }) => partOf(condition) !== part)).toEqual([]);
    }
  });
});
