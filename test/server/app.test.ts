// What reviews are answered: the article's own objects, whole answers.
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADD_ON_OFF, ADD_ON_ON } from '../support/facts.ts';
import { decodePatch } from '../support/json-patch.ts';
import { argocdServer, ingress, service } from '../support/objects.ts';
import { reviewOf } from '../support/reviews.ts';
import { ARGOCD_WARNING, INGRESS_DENIAL, NEG_PATCH } from '../support/sentences.ts';
import { errorAnswer, expectTyped, refusedReview, startTestServer, type TestServer } from './support.ts';

let off: TestServer;
let on: TestServer;
let unknown: TestServer;

beforeAll(async () => {
  [off, on, unknown] = await Promise.all([
    startTestServer({ facts: ADD_ON_OFF }),
    startTestServer({ facts: ADD_ON_ON }),
    startTestServer(),
  ]);
});
afterAll(() => Promise.all([off, on, unknown].map((server) => server.close())));

const UID = '705ab4f5-6393-11e8-b7cc-42010a800002';

async function answerOf(server: TestServer, webhook: 'mutate' | 'validate', review: unknown): Promise<unknown> {
  const answer = await supertest(server.url)
    .post(`/${webhook}?timeout=5s`)
    .set('content-type', 'application/json')
    .send(JSON.stringify(review));
  return expectTyped(answer);
}

function allowed(response: object = {}): unknown {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: UID, allowed: true, ...response },
  };
}

const denied = {
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: { uid: UID, allowed: false, status: { code: 403, reason: 'Forbidden', message: INGRESS_DENIAL } },
};

describe('/mutate', () => {
  it('adds the NEG annotation to a new ClusterIP Service', async () => {
    const answer = await answerOf(on, 'mutate', reviewOf(service(), { uid: UID }));
    const patch = Buffer.from(JSON.stringify(NEG_PATCH)).toString('base64');
    expect(answer).toEqual(allowed({ patchType: 'JSONPatch', patch }));
    expect(decodePatch(patch)).toEqual(NEG_PATCH);
  });

  it('adds the key alone where there are annotations already', async () => {
    const answer = await answerOf(on, 'mutate', reviewOf(service({ annotations: { team: 'shop' } }), { uid: UID }));
    const patch = [{ op: 'add', path: '/metadata/annotations/cloud.google.com~1neg', value: '{"ingress": true}' }];
    expect(answer).toEqual(
      allowed({ patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }),
    );
  });

  it('leaves what a person wrote', async () => {
    expect(await answerOf(on, 'mutate', reviewOf(service({ neg: '{"ingress": false}' }), { uid: UID }))).toEqual(
      allowed(),
    );
  });

  it('never judges: an Ingress passes whatever the add-on is', async () => {
    expect(await answerOf(off, 'mutate', reviewOf(ingress({ class: 'gce' }), { uid: UID }))).toEqual(allowed());
  });

  it('says why it added nothing where the facts do not say whether the cluster is VPC-native', async () => {
    const answer = await answerOf(unknown, 'mutate', reviewOf(service(), { uid: UID }));
    expect(answer).toEqual(
      allowed({ warnings: [expect.stringContaining('it is not known whether the cluster is VPC-native')] }),
    );
  });
});

describe('/validate', () => {
  it('denies an Ingress of class gce while the add-on is off, with the command that turns it on', async () => {
    expect(await answerOf(off, 'validate', reviewOf(ingress({ class: 'gce' }), { uid: UID }))).toEqual(denied);
  });

  it('allows the same Ingress once the add-on is on', async () => {
    expect(await answerOf(on, 'validate', reviewOf(ingress({ class: 'gce' }), { uid: UID }))).toEqual(allowed());
  });

  it('allows an argocd-server that redirects, with a warning', async () => {
    const answer = await answerOf(on, 'validate', reviewOf(argocdServer(), { uid: UID }));
    expect(answer).toEqual(allowed({ warnings: [ARGOCD_WARNING] }));
  });

  it('lets an update pass that does not bring the problem in', async () => {
    const stored = ingress({ class: 'gce' });
    const edited = ingress({ class: 'gce', labels: { team: 'shop' } });
    const answer = await answerOf(off, 'validate', reviewOf(edited, { uid: UID, old: stored }));
    expect(answer).toEqual(allowed({ warnings: [expect.stringContaining('[http-load-balancing-disabled]')] }));
  });

  it('lets deletions, subresources, unread kinds and excluded namespaces pass', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'shop' } };
    const reviews = [
      reviewOf(ingress({ class: 'gce' }), { uid: UID, operation: 'DELETE' }),
      reviewOf(ingress({ class: 'gce' }), { uid: UID, operation: 'CONNECT' }),
      reviewOf(ingress({ class: 'gce' }), { uid: UID, old: ingress(), subResource: 'status' }),
      reviewOf(ingress({ class: 'gce', namespace: 'kube-system' }), { uid: UID }),
      reviewOf(secret, { uid: UID }),
    ];
    for (const review of reviews) expect(await answerOf(off, 'validate', review)).toEqual(allowed());
  });
});

it('answers a dry run exactly as the real thing', async () => {
  for (const object of [ingress({ class: 'gce' }), argocdServer(), service()]) {
    for (const webhook of ['mutate', 'validate'] as const) {
      const real = await answerOf(off, webhook, reviewOf(object, { uid: UID }));
      expect(await answerOf(off, webhook, reviewOf(object, { uid: UID, dryRun: true }))).toEqual(real);
    }
  }
});

it('echoes whatever uid it is given', async () => {
  for (const uid of ['x', '0', 'ünï-cödé 😀', '<script>', 'a"b\\c', 'u'.repeat(253)]) {
    const answer = await answerOf(on, 'validate', reviewOf(service(), { uid }));
    expect(answer).toMatchObject({ response: { uid, allowed: true } });
  }
});

it('does not echo a uid that no API server makes', async () => {
  expect(await answerOf(on, 'validate', reviewOf(service(), { uid: 'u'.repeat(254) }))).toEqual(
    errorAnswer('review-invalid', 'request.uid must NOT have more than 253 characters.'),
  );
});

it('refuses reviews of v1beta1 in v1beta1, so that the answer is read', async () => {
  const review = { ...reviewOf(service(), { uid: UID }), apiVersion: 'admission.k8s.io/v1beta1' };
  for (const webhook of ['mutate', 'validate'] as const) {
    expect(await answerOf(on, webhook, review)).toEqual(
      refusedReview(
        UID,
        'review-version-unsupported',
        'It is of admission.k8s.io/v1beta1.',
        'admission.k8s.io/v1beta1',
      ),
    );
  }
});

it('refuses a review that it cannot judge, naming the field, where the uid can be read', async () => {
  const { request } = reviewOf(service(), { uid: UID }) as { request: object };
  const review = { ...reviewOf(service()), request: { ...request, operation: 'create' } };
  expect(await answerOf(on, 'validate', review)).toEqual(
    refusedReview(UID, 'review-invalid', 'request.operation must be one of CREATE, UPDATE, DELETE, CONNECT.'),
  );
});
