// Bodies that are no review, or hardly one: what cannot be read is a typed 4xx, what has a uid is answered with it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BODY_LIMIT_BYTES } from '../../src/server/body-store.ts';
import { MAX_JSON_DEPTH } from '../../src/server/json-shape.ts';
import { ADD_ON_OFF } from '../support/facts.ts';
import { argocdServer, ingress, type RawObject, service } from '../support/objects.ts';
import { reviewOf } from '../support/reviews.ts';
import {
  deepArray,
  deepObject,
  errorAnswer,
  expectTyped,
  inBatches,
  refusedReview,
  startTestServer,
  type TestServer,
} from './support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ facts: ADD_ON_OFF });
});
afterAll(() => server.close());

const WEBHOOKS = ['mutate', 'validate'] as const;
const JSON_TYPE = { 'content-type': 'application/json' };

const NOT_A_REVIEW: Readonly<Record<string, readonly [string | Buffer, unknown]>> = {
  nothing: ['', errorAnswer('body-not-json')],
  'a truncated review': [JSON.stringify(reviewOf(service())).slice(0, -20), errorAnswer('body-not-json')],
  'two reviews': ['{}{}', errorAnswer('body-not-json')],
  YAML: ['apiVersion: v1\n', errorAnswer('body-not-json')],
  'bytes that are not UTF-8': [Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), errorAnswer('body-not-utf8')],
  'a cut off UTF-8 sequence': [Buffer.from('{"a":"ü').subarray(0, -1), errorAnswer('body-not-utf8')],
  'UTF-16': [Buffer.from('\ufeff{}', 'utf16le'), errorAnswer('body-not-utf8')],
  null: ['null', errorAnswer('review-invalid', 'It is no JSON object.')],
  'a number': ['1', errorAnswer('review-invalid', 'It is no JSON object.')],
  'a list': ['[{}]', errorAnswer('review-invalid', 'It is no JSON object.')],
  'a list, 20,000 deep': [deepArray(), errorAnswer('body-too-deep')],
  'an object, 20,000 deep': [deepObject(), errorAnswer('body-too-deep')],
  'brackets that are never closed': ['['.repeat(BODY_LIMIT_BYTES), errorAnswer('body-too-deep')],
  'an empty object': ['{}', expect.objectContaining({ error: expect.objectContaining({ code: 'review-invalid' }) })],
  'v1beta1 without a uid': [
    '{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{}}',
    errorAnswer('review-version-unsupported', 'It is of admission.k8s.io/v1beta1.'),
  ],
};

for (const [name, [body, answer]] of Object.entries(NOT_A_REVIEW)) {
  it(`answers ${name} with a typed error`, async () => {
    for (const webhook of WEBHOOKS) expect(expectTyped(await server.post(`/${webhook}`, body))).toEqual(answer);
  });
}

it('reads over a byte order mark', async () => {
  const answer = await server.post('/validate', `\ufeff${JSON.stringify(reviewOf(service(), { uid: 'u' }))}`);
  expect(expectTyped(answer)).toMatchObject({ response: { uid: 'u', allowed: true } });
});

it('reads chunked bodies without a content length, however they are cut', async () => {
  const text = JSON.stringify(reviewOf(ingress({ class: 'gce', annotations: { note: 'ü😀' } }), { uid: 'u' }));
  const whole = expectTyped(await server.post('/validate', text));
  const chunks = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
  expect(expectTyped(await server.send('/validate', { headers: JSON_TYPE, body: chunks }))).toEqual(whole);
});

it('judges an object that is as deep as it may be, and refuses one that is deeper', async () => {
  const ALREADY = 3; // the review, its request, the object
  for (const place of ['metadata', 'spec', 'status', 'x']) {
    const review = JSON.stringify(reviewOf({ ...ingress({ class: 'gce' }), [place]: 'DEEP' }, { uid: 'u' }));
    for (const webhook of WEBHOOKS) {
      const deepest = review.replace('"DEEP"', deepObject(MAX_JSON_DEPTH - ALREADY));
      const judged = expectTyped(await server.post(`/${webhook}`, deepest));
      expect(judged).toMatchObject({ response: { uid: 'u' } });
      expect(JSON.stringify(judged)).not.toContain('body-too-deep');
      const deeper = review.replace('"DEEP"', deepObject(MAX_JSON_DEPTH - ALREADY + 1));
      expect(expectTyped(await server.post(`/${webhook}`, deeper))).toEqual(refusedReview('u', 'body-too-deep'));
    }
  }
});

it('judges an annotation whose text is 20,000 deep', async () => {
  const annotated = JSON.stringify(
    reviewOf(service({ annotations: { 'cloud.google.com/neg': 'DEEP' } }), { uid: 'u' }),
  );
  for (const webhook of WEBHOOKS) {
    const answer = await server.post(`/${webhook}`, annotated.replace('"DEEP"', JSON.stringify(deepArray())));
    const judged = expectTyped(answer);
    expect(judged).toMatchObject({ response: { uid: 'u' } });
    expect(JSON.stringify(judged)).not.toContain('body-too-deep');
  }
});

it('takes __proto__, constructor and prototype as keys like any other, wherever they stand', async () => {
  const bodies = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'].flatMap((key) =>
    [ingress({ class: 'gce' }), service(), argocdServer()].flatMap((object) => {
      const review = reviewOf(object, { uid: 'u' });
      return placesOf(review).map((place) => addKey(review, place, key));
    }),
  );
  await inBatches(bodies, async (body) => {
    for (const webhook of WEBHOOKS) {
      expect(expectTyped(await server.post(`/${webhook}`, body))).toMatchObject({ response: { uid: 'u' } });
    }
  });
  expect(({} as Readonly<Record<string, unknown>>)['polluted']).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});

const WRONG: readonly unknown[] = [null, 0, -1.5, '', 'x', true, [], {}, [null], [[]], { a: null }];

it('answers objects with null or something of the wrong shape in any position, CREATE and UPDATE', async () => {
  const objects = [ingressWithEverything(), service({ neg: '{"ingress": true}' }), argocdServer()];
  const reviews = objects.flatMap((object) =>
    placesOf(object).flatMap((place) =>
      WRONG.flatMap((wrong) => {
        const odd = replaceAt(object, place, wrong);
        const created = reviewOf(object, { uid: 'u' });
        const updated = reviewOf(object, { uid: 'u', old: object });
        return [
          replaceAt(created, ['request', 'object'], odd),
          replaceAt(updated, ['request', 'object'], odd),
          replaceAt(updated, ['request', 'oldObject'], odd),
        ];
      }),
    ),
  );
  await inBatches(reviews, async (review) => {
    expect(expectTyped(await server.post('/validate', review))).toMatchObject({ response: { uid: 'u' } });
  });
  const services = reviews.filter((review) => JSON.stringify(review).includes('"resource":"services"'));
  await inBatches(services, async (review) => {
    expect(expectTyped(await server.post('/mutate', review))).toMatchObject({ response: { uid: 'u' } });
  });
  expect(server.entries().filter(({ level }) => Number(level) >= 50)).toEqual([]); // no rule failed
});

it('answers an envelope with anything in any position: with its uid where that can be read', async () => {
  const review = reviewOf(ingress({ class: 'gce' }), { uid: 'u' });
  const places = placesOf(review).filter((place) => place[1] !== 'object');
  const bodies = [[], ...places].flatMap((place) =>
    [...WRONG, undefined].map((wrong) => replaceAt(review, place, wrong)),
  );
  await inBatches(bodies, async (body) => {
    const { uid } = ((body as { request?: { uid?: unknown } } | null)?.request ?? {}) as { uid?: unknown };
    const isReadable = typeof uid === 'string' && uid !== '';
    for (const webhook of WEBHOOKS) {
      const answer = await server.post(`/${webhook}`, JSON.stringify(body) ?? '');
      expect(expectTyped(answer)).toMatchObject(isReadable ? { response: { uid } } : { error: {} });
    }
  });
});

it('judges a body of exactly 7 MiB and refuses one byte more, with an AdmissionReview', async () => {
  const padded = (length: number): string => {
    const text = JSON.stringify(reviewOf(service(), { uid: 'big' }));
    return text.replace('"web"', `"web${'x'.repeat(length - text.length)}"`);
  };
  const atLimit = await server.post('/validate', padded(BODY_LIMIT_BYTES));
  expect(expectTyped(atLimit)).toMatchObject({ response: { uid: 'big', allowed: true } });
  const over = await server.post('/validate', padded(BODY_LIMIT_BYTES + 1));
  expect(expectTyped(over)).toEqual(refusedReview('big', 'body-too-large'));
});

it('finds the uid of a body over the limit however its beginning is cut, and answers in its version', async () => {
  const head =
    '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","request":{"uid":"small-chunks","object":"';
  const chunks = [...head].map((char) => char).concat('x'.repeat(BODY_LIMIT_BYTES), '"}}');
  const answer = await server.send('/mutate', { headers: JSON_TYPE, body: chunks });
  expect(expectTyped(answer)).toEqual(refusedReview('small-chunks', 'body-too-large', '', 'admission.k8s.io/v1beta1'));
});

it('answers 413 where a body over the limit shows no uid', async () => {
  for (const body of ['x'.repeat(BODY_LIMIT_BYTES + 1), Buffer.alloc(BODY_LIMIT_BYTES + 1, 0xff)]) {
    expect(expectTyped(await server.post('/validate', body))).toEqual(errorAnswer('body-too-large'));
  }
});

it('judges an update of two objects of 1.5 MB', async () => {
  const big = (note: string): RawObject => ingress({ class: 'gce', annotations: { note: note.repeat(1_500_000) } });
  const answer = await server.post('/validate', reviewOf(big('b'), { uid: 'u', old: big('a') }));
  expect(expectTyped(answer)).toMatchObject({ response: { uid: 'u', allowed: true } });
});

function ingressWithEverything(): RawObject {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const rule = { host: 'a.example', http: { paths: [{ path: '/x', pathType: 'Prefix', backend }] } };
  const spec = {
    ingressClassName: 'gce',
    defaultBackend: backend,
    rules: [rule],
    tls: [{ hosts: ['a.example'], secretName: 's' }],
  };
  return {
    ...ingress({ class: 'gce', labels: { a: 'b' }, spec }),
    status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
  };
}

type Place = readonly (string | number)[];

/** Every place in a JSON value, but the value itself. */
function placesOf(value: unknown, base: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [...keys].flatMap((key) => {
    const place = [...base, key];
    return [place, ...placesOf((value as Record<string | number, unknown>)[key], place)];
  });
}

function replaceAt(value: unknown, [key, ...rest]: Place, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item, index) => (index === key ? replaceAt(item, rest, replacement) : item));
  const fields = value as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: replaceAt(fields[key], rest, replacement) };
}

/** As text, since an object literal would not keep __proto__ as a key. */
function addKey(review: unknown, place: Place, key: string): string {
  const marked = replaceAt(review, place, 'PLACE');
  const there = place.reduce((value: unknown, part) => (value as Record<string | number, unknown>)[part], review);
  const added = `${JSON.stringify(key)}:{"polluted":true,"prototype":{"polluted":true}}`;
  const inner = JSON.stringify(there);
  const isObject = inner.startsWith('{') && inner !== '{}';
  return JSON.stringify(marked).replace('"PLACE"', () => (isObject ? inner.replace('{', () => `{${added},`) : inner));
}
