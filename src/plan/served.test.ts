import { describe, expect, it } from 'vitest';
import { ADD_ON_OFF, ADD_ON_ON } from '../../test/support/facts.ts';
import { ingress } from '../../test/support/objects.ts';
import { planOf } from '../../test/support/plan-of.ts';
import { type Facts, NO_FACTS } from '../facts/facts.ts';

const OBSERVED_OFF: Facts = {
  ...NO_FACTS,
  httpLoadBalancing: { known: true, value: 'disabled', source: 'observed', learntAtMs: 0 },
};

const CONTRADICTED: Facts = {
  ...NO_FACTS,
  httpLoadBalancing: {
    known: true,
    value: 'disabled',
    source: 'gke-api',
    learntAtMs: 0,
    contradictedBy: 'observed',
  },
};

describe('served', () => {
  it.each([
    [
      'the add-on is on',
      { class: 'gce' },
      ADD_ON_ON,
      true,
      'The annotation kubernetes.io/ingress.class is "gce", and the HTTP load balancing add-on is on (says the facts file).',
    ],
    [
      'the add-on is off',
      { class: 'gce-internal' },
      ADD_ON_OFF,
      false,
      'The annotation kubernetes.io/ingress.class is "gce-internal", but the HTTP load balancing add-on is off (says the facts file), so the controller does not run.',
    ],
    [
      'the default backend of the add-on is seen',
      { class: 'gce' },
      { ...OBSERVED_OFF, httpLoadBalancing: { ...OBSERVED_OFF.httpLoadBalancing, value: 'enabled' } } as Facts,
      true,
      'The annotation kubernetes.io/ingress.class is "gce", and the HTTP load balancing add-on is on (its default backend is seen in kube-system).',
    ],
    [
      'the default backend of the add-on is not seen',
      { class: 'gce' },
      OBSERVED_OFF,
      false,
      'The annotation kubernetes.io/ingress.class is "gce", but the HTTP load balancing add-on seems to be off (kube-system has no l7-default-backend), so most likely the controller does not run.',
    ],
    [
      'the add-on is off by the API, and the default backend is running',
      { class: 'gce' },
      CONTRADICTED,
      false,
      'The annotation kubernetes.io/ingress.class is "gce", but the HTTP load balancing add-on is off (says the GKE API), though its default backend is seen running.',
    ],
    [
      'nobody knows of the add-on',
      {},
      NO_FACTS,
      true,
      'It names no class at all, and the GKE Ingress controller takes those; whether the HTTP load balancing add-on is on is not known, and with it off nothing would serve it.',
    ],
    [
      'the class is not its own, whatever the add-on',
      { ingressClassName: 'gce' },
      ADD_ON_OFF,
      false,
      'The field spec.ingressClassName is "gce", and the GKE Ingress controller reads only the annotation.',
    ],
  ])('%s', (_name, options, facts, served, because) => {
    const plan = planOf([ingress(options)], facts);
    expect([plan.served, plan.servedBecause]).toEqual([served, because]);
  });

  it.each([
    ['C2 for the add-on, with the command', { class: 'gce' }, ADD_ON_OFF, 'C2', true],
    ['C2 is possible where it was only seen', { class: 'gce' }, OBSERVED_OFF, 'C2', false],
    ['C2 is possible where the default backend is running', { class: 'gce' }, CONTRADICTED, 'C2', false],
    ['C2 once, for the class, where both are wrong', { ingressClassName: 'gce' }, ADD_ON_OFF, 'C2', true],
    ['C2 on an assumed flag is possible', { class: 'gce-regional-external' }, NO_FACTS, 'C2', false],
  ])('%s', (_name, options, facts, condition, isCertain) => {
    const found = planOf([ingress(options)], facts).problems.filter(({ place }) => place.at === 'class');
    expect(found.map((one) => [one.condition, one.isCertain])).toEqual([[condition, isCertain]]);
  });

  it('finds no fault with a multi-cluster Ingress, which another controller serves', () => {
    const plan = planOf([ingress({ class: 'gce-multi-cluster' })]);
    expect([plan.served, plan.problems]).toEqual([false, []]);
  });

  it('gives the very command that turns the add-on on', () => {
    const [found] = planOf([ingress()], ADD_ON_OFF).problems;
    expect(found?.fix).toBe(
      'gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED',
    );
  });
});
