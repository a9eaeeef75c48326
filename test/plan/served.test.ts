import { describe, expect, it } from 'vitest';
import { type Facts, NO_FACTS } from '../../src/facts/facts.ts';
import { servedBecause } from '../../src/judge/plan-words.ts';
import { ADD_ON_OFF, ADD_ON_ON } from '../support/facts.ts';
import { ingress, type RawObject, service } from '../support/objects.ts';
import { planOf } from '../support/plan-of.ts';

const GCE_ONLY = { 'kubernetes.io/ingress.global-static-ip-name': 'shop' };

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
    expect([plan.served.served, servedBecause(plan, facts)]).toEqual([served, because]);
  });

  it.each([
    ['an explicit class, the add-on on', { class: 'gce' }, ADD_ON_ON, 'certain'],
    ['an explicit class, the add-on not known', { class: 'gce' }, NO_FACTS, 'certain'],
    ['an explicit class, as it will be once the add-on is on', { class: 'gce' }, ADD_ON_OFF, 'possible'],
    ['an explicit class, the add-on only seen to be off', { class: 'gce' }, OBSERVED_OFF, 'possible'],
    ['no class, the add-on on', {}, ADD_ON_ON, 'certain'],
    ['no class, the add-on not known', {}, NO_FACTS, 'none'],
    ['no class, the add-on off', {}, ADD_ON_OFF, 'none'],
    ['no class, but an annotation of GKE only', { annotations: GCE_ONLY }, NO_FACTS, 'certain'],
    ['no class, an annotation of GKE only, the add-on off', { annotations: GCE_ONLY }, ADD_ON_OFF, 'possible'],
    ['a class of another controller', { class: 'nginx' }, ADD_ON_ON, 'none'],
    ['a multi-cluster Ingress', { class: 'gce-multi-cluster' }, ADD_ON_ON, 'none'],
    ['the class in the field only', { ingressClassName: 'gce' }, ADD_ON_ON, 'none'],
  ] as const)('judges %s', (_name, options, facts, concern) => {
    expect(planOf([ingress(options)], facts).served.concern).toBe(concern);
  });

  it('has a multi-cluster Ingress built where it needs no instance group', () => {
    const options = {
      class: 'gce-multi-cluster',
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    };
    const builtOf = (objects: readonly RawObject[], facts = ADD_ON_ON): readonly unknown[] => {
      const plan = planOf([ingress(options), ...objects], facts);
      return [plan.served.served, plan.served.concern, servedBecause(plan, facts)];
    };
    const because =
      'The annotation kubernetes.io/ingress.class is "gce-multi-cluster": Multi Cluster Ingress serves it, not this controller';
    const neg = service({ neg: '{"ingress": true}' });
    expect(builtOf([neg])).toEqual([
      true,
      'none',
      `${because}; but it is built here as well, since it needs no instance group.`,
    ]);
    expect(builtOf([neg], ADD_ON_OFF)).toEqual([false, 'none', `${because}.`]);
    expect(builtOf([service({ type: 'NodePort' })])).toEqual([false, 'none', `${because}.`]);
    expect(builtOf([])).toEqual([false, 'none', `${because}.`]);
  });

  it('leaves an Ingress alone that is being deleted with a finalizer of GKE, and no other', () => {
    const deleted = (finalizers: readonly string[]): readonly unknown[] => {
      const raw = ingress({ class: 'gce' });
      const metadata = { name: 'web', namespace: 'shop', deletionTimestamp: '2026-01-01T00:00:00Z', finalizers };
      const annotations = { 'kubernetes.io/ingress.class': 'gce' };
      const { served, concern, reason } = planOf(
        [{ ...raw, metadata: { ...metadata, annotations } }],
        ADD_ON_ON,
      ).served;
      return [served, concern, reason];
    };
    expect(deleted(['networking.gke.io/ingress-finalizer-V2'])).toEqual([false, 'none', 'deleting']);
    expect(deleted(['example.com/other'])).toEqual([true, 'certain', 'add-on-on']);
  });
});
