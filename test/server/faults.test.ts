// Faults of the guard itself: they are counted and logged, the other rules still answer, and no deployment stops.
import { expect, it } from 'vitest';
import { type Checks, defineRule, type Rule, type Unit } from '../../src/judge/rule.ts';
import { ADD_ON_OFF } from '../support/facts.ts';
import { argocdServer, ingress, service } from '../support/objects.ts';
import { reviewOf } from '../support/reviews.ts';
import { ARGOCD_WARNING, INGRESS_DENIAL } from '../support/sentences.ts';
import { expectTyped, samplesOf, servingCorridor, startTestServer, type TestServer } from './support.ts';

const text = { severity: 'error', summary: 'x.', why: 'x.', fix: 'x.', covers: [], references: [] } as const;
const fail = (): never => {
  throw new TypeError('cannot read properties of undefined');
};
const broken = (unit: Unit): Rule => {
  const check: Checks = unit === 'Ingress' ? { Ingress: fail } : { Workload: fail };
  return defineRule({ ...text, id: 'broken', judges: ['Ingress', 'Workload'], check });
};

async function withBrokenRule(unit: Unit, run: (server: TestServer) => Promise<void>): Promise<void> {
  const corridor = servingCorridor(ADD_ON_OFF);
  const { policy } = corridor;
  const modes = new Map([...policy.modes, ['broken', 'enforce' as const]]);
  const server = await startTestServer({
    corridor: () => ({ ...corridor, rules: [broken(unit), ...corridor.rules], policy: { ...policy, modes } }),
  });
  await run(server);
  await server.close();
}

const FAULT_OF = (name: string): string =>
  `${name}: possible: this rule could not judge the object, because of a fault in the guard; the other rules did [broken]. ` +
  'Fix: Please report it, with the line that the guard logged';

it('lets an object pass with a warning where an enforced rule throws, counts and logs it', async () => {
  await withBrokenRule('Workload', async (server) => {
    const answer = await server.post('/validate', reviewOf(argocdServer(), { uid: 'u' }));
    expect(expectTyped(answer)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u', allowed: true, warnings: [ARGOCD_WARNING, FAULT_OF('Deployment/argocd/argocd-server')] },
    });
    expect(await samplesOf(server.metrics, 'guard_rule_failures_total')).toEqual([
      'guard_rule_failures_total{rule="broken"} 1',
    ]);
    expect(server.entries()).toMatchObject([
      {
        level: 50,
        msg: 'a rule failed',
        rule: 'broken',
        uid: 'u',
        kind: 'Deployment',
        namespace: 'argocd',
        name: 'argocd-server',
        err: { type: 'TypeError', message: 'cannot read properties of undefined' },
      },
      { level: 30, msg: 'review', allowed: true },
    ]);
  });
});

it('still refuses what the other rules refuse', async () => {
  await withBrokenRule('Ingress', async (server) => {
    const answer = await server.post('/validate', reviewOf(ingress({ class: 'gce' }), { uid: 'u' }));
    expect(expectTyped(answer)).toMatchObject({
      response: { allowed: false, status: { message: INGRESS_DENIAL }, warnings: [FAULT_OF('Ingress/shop/web')] },
    });
  });
});

it('lets every object pass with a warning where nothing can be judged at all', async () => {
  const server = await startTestServer({
    corridor: () => {
      throw new Error('the snapshot is torn');
    },
  });
  for (const webhook of ['mutate', 'validate'] as const) {
    const answer = await server.post(`/${webhook}`, reviewOf(service(), { uid: 'u' }));
    expect(expectTyped(answer)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: {
        uid: 'u',
        allowed: true,
        warnings: [
          'gke-ingress-guard could not judge this object because of a fault of its own; it was let through. See its log.',
        ],
      },
    });
  }
  expect(await samplesOf(server.metrics, 'guard_rule_failures_total')).toEqual([
    'guard_rule_failures_total{rule="(pipeline)"} 2',
  ]);
  const failed = server.entries().filter(({ msg }) => msg === 'the review could not be judged');
  expect(failed).toMatchObject([
    { level: 50, webhook: 'mutate', uid: 'u', name: 'web', err: { message: 'the snapshot is torn' } },
    { level: 50, webhook: 'validate', uid: 'u', name: 'web', err: { message: 'the snapshot is torn' } },
  ]);
  await server.close();
});

it('answers JSON even where the logging of an answer fails', async () => {
  const server = await startTestServer();
  const torn = await startTestServer({
    metrics: {
      ...server.metrics,
      admission: () => {
        throw new Error('no more labels');
      },
    },
  });
  const answer = await torn.post('/validate', reviewOf(service(), { uid: 'u' }));
  expect(expectTyped(answer)).toMatchObject({ response: { uid: 'u', allowed: true } });
  await Promise.all([server.close(), torn.close()]);
});
