import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corridorOf, policyOf } from '../../test/support/corridor.ts';
import { ADD_ON_OFF, factsOf, LEARNT_AT } from '../../test/support/facts.ts';
import { applyPatch, decodePatch } from '../../test/support/json-patch.ts';
import { argocdServer, configMap, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { type ReviewOptions, reviewOf } from '../../test/support/reviews.ts';
import { defineRule } from '../judge/rule.ts';
import { RULES } from '../rules/index.ts';
import type { Corridor } from '../verdict/corridor.ts';
import { type Admission, admit, subjectOf, type Webhook } from './admit.ts';
import { parseReview, type Review } from './review.ts';

const VPC_NATIVE = factsOf({ vpcNative: true });
const UID = '0a1b';

function reviewed(object: RawObject, options: ReviewOptions = {}): Review {
  const result = parseReview(reviewOf(object, { uid: UID, ...options }));
  if (!result.ok) throw new TypeError(result.detail);
  return result.review;
}

function answerTo(webhook: Webhook, object: RawObject, corridor: Corridor, options: ReviewOptions = {}): Admission {
  return admit(webhook, reviewed(object, options), corridor);
}

const mutated = (object: RawObject, corridor: Corridor, options?: ReviewOptions): Admission['answer']['response'] =>
  answerTo('mutate', object, corridor, options).answer.response;
const validated = (object: RawObject, corridor: Corridor, options?: ReviewOptions): Admission['answer']['response'] =>
  answerTo('validate', object, corridor, options).answer.response;

const ALLOWED = { uid: UID, allowed: true };

const COMMAND =
  'gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED';
const CAUSE = 'the HTTP load balancing add-on is off, so nothing serves class "gce"';
const WARNING = `Ingress/shop/web: ${CAUSE} [http-load-balancing-disabled]. Fix: Run ${COMMAND}`;
const DENIAL = [
  WARNING,
  '  Cluster "prod" does not run the GKE Ingress controller (says the facts file), which the annotation ' +
    'kubernetes.io/ingress.class asks for: the Ingress would wait forever, without an event or a log line.',
  'Then apply again, or re-sync.',
].join('\n');

const REFUSED = { uid: UID, allowed: false, status: { code: 403, reason: 'Forbidden', message: DENIAL } };
const GCE = ingress({ class: 'gce' });
const OFF = corridorOf([], { facts: ADD_ON_OFF });

describe('the mutating webhook', () => {
  it('adds the annotation to a Service that needs it', () => {
    const { patch, ...response } = mutated(service(), corridorOf([], { facts: VPC_NATIVE }));
    expect(response).toEqual({ ...ALLOWED, patchType: 'JSONPatch' });
    expect(decodePatch(patch)).toEqual([
      { op: 'add', path: '/metadata/annotations', value: { 'cloud.google.com/neg': '{"ingress": true}' } },
    ]);
  });

  it('has nothing to add the second time', () => {
    const corridor = corridorOf([], { facts: VPC_NATIVE });
    for (const object of [service(), service({ annotations: { team: 'shop' } })]) {
      const patched = applyPatch(object, decodePatch(mutated(object, corridor).patch));
      expect(mutated(patched, corridor)).toEqual(ALLOWED);
    }
  });

  it('restores what an UPDATE dropped, as it was', () => {
    const old = service({ neg: '{"ingress":true}' });
    const { patch } = mutated(service(), corridorOf([], { facts: VPC_NATIVE }), { old });
    expect(decodePatch(patch)).toEqual([
      { op: 'add', path: '/metadata/annotations', value: { 'cloud.google.com/neg': '{"ingress":true}' } },
    ]);
  });

  it('heals where the policy says so, and names the Ingress that starts to build', () => {
    const facts = factsOf({ vpcNative: true, httpLoadBalancing: 'enabled' });
    const policy = policyOf({ neg: { onUpdate: 'heal' } });
    const old = service();
    const { patch, ...response } = mutated(service(), corridorOf([GCE, old], { facts, policy }), { old });
    expect(response).toEqual({
      ...ALLOWED,
      patchType: 'JSONPatch',
      warnings: [expect.stringContaining('Ingress "web" builds now')],
    });
    expect(decodePatch(patch)).toHaveLength(1);
    expect(mutated(service(), corridorOf([GCE, old], { facts }), { old })).toEqual(ALLOWED);
  });

  it('says why it adds nothing where it is not known whether the cluster is VPC-native', () => {
    expect(mutated(service(), corridorOf())).toEqual({
      ...ALLOWED,
      warnings: [
        'Service/shop/web: the annotation cloud.google.com/neg was not added: it is not known whether the cluster is ' +
          "VPC-native [neg-injection]. Fix: Declare vpcNative in the guard's facts, or write the annotation yourself",
      ],
    });
  });

  it('says nothing where it has nothing to do with the object', () => {
    const corridor = corridorOf([], { facts: VPC_NATIVE });
    for (const object of [GCE, argocdServer(), configMap(), service({ neg: '{"ingress": false}' })]) {
      expect(mutated(object, corridor)).toEqual(ALLOWED);
    }
  });

  it('takes a new object without a name for what it will be called', () => {
    const object = { ...service(), metadata: { generateName: 'web-', namespace: 'shop' } };
    expect(decodePatch(mutated(object, corridorOf([], { facts: VPC_NATIVE })).patch)).toHaveLength(1);
  });

  it('takes the namespace of the request where the object names none', () => {
    const { metadata, ...rest } = service({ namespace: 'kube-system' });
    const review = reviewed({ ...rest, metadata });
    const bare = { ...rest, metadata: { name: 'web' } };
    const { answer } = admit('mutate', { ...review, object: bare }, corridorOf([], { facts: VPC_NATIVE }));
    expect(answer.response).toEqual(ALLOWED);
  });
});

describe('the validating webhook', () => {
  it('refuses an Ingress that nothing would serve', () => {
    expect(validated(GCE, OFF)).toEqual(REFUSED);
  });

  it('allows what it has nothing to say about', () => {
    expect(validated(ingress({ class: 'nginx' }), OFF)).toEqual(ALLOWED);
    expect(validated(configMap(), OFF)).toEqual(ALLOWED);
  });

  it('warns of what is only possible', () => {
    const observed = { known: true, value: 'disabled', source: 'observed', learntAtMs: LEARNT_AT } as const;
    const facts = { ...ADD_ON_OFF, httpLoadBalancing: observed };
    const seems = WARNING.replace(CAUSE, 'possible: the add-on seems off: kube-system has no l7-default-backend');
    expect(validated(GCE, corridorOf([], { facts }))).toEqual({ ...ALLOWED, warnings: [seems] });
    const trusting = corridorOf([], { facts, policy: policyOf({ trustsObserved: true }) });
    expect(validated(GCE, trusting).allowed).toBe(false);
  });

  it('refuses nothing for what it does not know', () => {
    expect(validated(GCE, corridorOf())).toEqual({
      ...ALLOWED,
      warnings: [
        'Ingress/shop/web: possible: its class is "gce", and it is not known whether the HTTP load balancing add-on is on; if it is ' +
          'off, nothing serves it [http-load-balancing-unknown]. Fix: Declare httpLoadBalancing in the facts file (--facts FILE)',
      ],
    });
  });

  it('warns in one line of an app that redirects its health check', () => {
    expect(validated(argocdServer(), corridorOf())).toEqual({
      ...ALLOWED,
      warnings: [
        "Deployment/argocd/argocd-server: possible: behind a GKE Ingress Google's check GET /healthz gets 307 from Argo CD server, " +
          'not 200: UNHEALTHY [probe-redirects-to-https]. Fix: Set --insecure, or server.insecure: "true" in ConfigMap argocd-cmd-params-cm',
      ],
    });
  });

  it('does not run a rule that is off, and keeps to itself what is only to be counted', () => {
    const corridor = (mode: 'off' | 'audit'): Corridor =>
      corridorOf([], { facts: ADD_ON_OFF, policy: policyOf({ modes: { 'http-load-balancing-disabled': mode } }) });
    expect(answerTo('validate', GCE, corridor('off')).findings).toEqual([]);
    const audited = answerTo('validate', GCE, corridor('audit'));
    expect(audited.answer.response).toEqual(ALLOWED);
    expect(audited.findings.map(({ finding, outcome }) => [finding.rule, outcome])).toEqual([
      ['http-load-balancing-disabled', 'recorded'],
    ]);
  });
});

describe('an UPDATE', () => {
  it('is not refused for what the stored object has already', () => {
    const labelled = ingress({ class: 'gce', labels: { team: 'shop' } });
    expect(validated(labelled, OFF, { old: GCE })).toEqual({ ...ALLOWED, warnings: [WARNING] });
  });

  it('is refused for what it brings', () => {
    expect(validated(GCE, OFF, { old: ingress({ class: 'nginx' }) })).toEqual(REFUSED);
    expect(validated(GCE, OFF, { old: ingress() })).toEqual(REFUSED);
  });

  it('between two classes that nothing serves is as broken as before', () => {
    expect(validated(ingress({ class: 'gce-internal' }), OFF, { old: GCE }).allowed).toBe(true);
  });

  it('that breaks what worked is refused, and one that leaves it broken is not', () => {
    const invalid = service({ neg: '{"ingress": "true"}' });
    const corridor = corridorOf([GCE, invalid], { facts: VPC_NATIVE });
    expect(validated(invalid, corridor, { old: service({ neg: '{"ingress": true}' }) }).allowed).toBe(false);
    expect(validated(invalid, corridor, { old: service({ neg: '{"ingress": "yes"}' }) }).allowed).toBe(true);
    const nodePort = service({ type: 'NodePort', neg: '{"ingress": "true"}' });
    expect(validated(invalid, corridor, { old: nodePort }).allowed).toBe(false);
    expect(validated(nodePort, corridor, { old: invalid }).allowed).toBe(true);
  });
});

describe('what passes unseen', () => {
  const deleted = {
    ...GCE,
    metadata: { ...(GCE['metadata'] as RawObject), deletionTimestamp: '2026-11-01T12:00:00Z' },
  };

  it.each<[string, RawObject, ReviewOptions]>([
    ['an object that is being deleted', deleted, { old: GCE }],
    ['a status', GCE, { subResource: 'status' }],
    ['a DELETE', GCE, { operation: 'DELETE', old: GCE }],
    ['an excluded namespace', ingress({ class: 'gce', namespace: 'kube-system' }), {}],
    ['a kind that is not read', { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'x' } }, {}],
    ['a kind of that name in another group', { ...GCE, apiVersion: 'example.com/v1' }, {}],
    ['an object without kind', { metadata: { name: 'x' } }, {}],
  ])('is %s', (_, object, options) => {
    expect(validated(object, OFF, options)).toEqual(ALLOWED);
    expect(mutated(object, OFF, options)).toEqual(ALLOWED);
  });
});

describe('a dry run', () => {
  it('is answered like a real one', () => {
    const corridor = corridorOf([], { facts: ADD_ON_OFF });
    for (const object of [GCE, service(), argocdServer()]) {
      for (const webhook of ['mutate', 'validate'] as const) {
        const real = answerTo(webhook, object, corridor);
        expect(answerTo(webhook, object, corridor, { dryRun: true })).toEqual(real);
      }
    }
  });
});

describe('a rule that throws', () => {
  const broken = defineRule({
    id: 'always-throws',
    judges: ['Ingress'],
    severity: 'error',
    summary: 'It throws.',
    why: 'It is broken.',
    fix: 'Fix it.',
    covers: [],
    references: [],
    check: {
      Ingress: () => {
        throw new RangeError('out of cheese');
      },
    },
  });
  const policy = policyOf({ modes: { 'always-throws': 'enforce' } });
  const failures = [{ rule: 'always-throws', error: new RangeError('out of cheese') }];
  const told =
    'Ingress/shop/web: possible: this rule could not judge the object, because of a fault in the guard; the other rules did ' +
    '[always-throws]. Fix: Please report it, with the line that the guard logged';

  it('neither refuses nor hides what the others find', () => {
    const admission = answerTo(
      'validate',
      GCE,
      corridorOf([], { rules: [broken, ...RULES], policy, facts: ADD_ON_OFF }),
    );
    expect(admission.answer.response).toEqual({ ...REFUSED, warnings: [told] });
    expect(admission.failures).toEqual(failures);
  });

  it('is told alone where nothing else is found', () => {
    const admission = answerTo('validate', GCE, corridorOf([], { rules: [broken], policy }));
    expect(admission.answer.response).toEqual({ ...ALLOWED, warnings: [told] });
    expect(admission.failures).toEqual(failures);
  });
});

describe('any JSON', () => {
  const corridor = corridorOf([GCE, service(), deployment()], { facts: ADD_ON_OFF });
  const kinds = fc.constantFrom(GCE, service(), argocdServer(), configMap());

  it('has an answer', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (object, old) => {
        for (const webhook of ['mutate', 'validate'] as const) {
          const { answer, failures } = admit(webhook, { ...reviewed(GCE), object, oldObject: { old } }, corridor);
          expect([answer.response.uid, failures]).toEqual([UID, []]);
        }
      }),
    );
  });

  const anyField = fc.property(
    kinds,
    fc.jsonValue(),
    fc.jsonValue(),
    fc.jsonValue(),
    (base, spec, annotations, old) => {
      const [metadata, was] = [base['metadata'] as RawObject, { ...base, spec: old }];
      for (const object of [
        { ...base, spec, metadata: { ...metadata, annotations } },
        { ...base, metadata: annotations, spec },
        { ...base, spec: { ...(base['spec'] as RawObject), rules: [spec], ports: [spec, old], template: { spec } } },
      ]) {
        for (const options of [{}, { old: was }]) {
          expect(answerTo('validate', object, corridor, options).failures).toEqual([]);
          const { patch } = mutated(object, corridor, options);
          if (patch === undefined) continue;
          expect(mutated(applyPatch(object, decodePatch(patch)), corridor, options)).toEqual(ALLOWED);
        }
      }
    },
  );

  it('in any field of our kinds has an answer, and its patch needs no second', () => {
    fc.assert(anyField);
  });

  it('may be null at a depth that only one seed has shown', () => {
    fc.assert(anyField, { seed: 664788954, path: '58:0:0:1:38' });
  });

  it('may be null where the object has its name', () => {
    fc.assert(anyField, { examples: [[service(), {}, { name: null, namespace: null }, null]], numRuns: 1 });
  });
});

describe('subjectOf', () => {
  it('names the object as the request does, since it may be of a kind that is not read', () => {
    expect(subjectOf(reviewed(GCE))).toEqual({ kind: 'Ingress', namespace: 'shop', name: 'web' });
    const generated = { ...service(), metadata: { generateName: 'web-', namespace: 'shop' } };
    expect(subjectOf({ ...reviewed(generated), name: '' })).toEqual({
      kind: 'Service',
      namespace: 'shop',
      name: 'web-',
    });
  });
});
