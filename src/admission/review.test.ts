import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RawObject, service } from '../../test/support/objects.ts';
import { reviewOf } from '../../test/support/reviews.ts';
import { type ParsedReview, parseReview } from './review.ts';

const UID = '0a1b';
const BODY = reviewOf(service(), { uid: UID });

/** The body with another request, or with fields of it changed. */
function withRequest(changes: RawObject | null | string | readonly unknown[]): unknown {
  const isFields = typeof changes === 'object' && changes !== null && !Array.isArray(changes);
  return { ...BODY, request: isFields ? { ...(BODY['request'] as RawObject), ...changes } : changes };
}

function fault(detail: string, uid: string | null = UID): ParsedReview {
  return { ok: false, code: 'review-invalid', detail, uid: uid ?? undefined, apiVersion: 'admission.k8s.io/v1' };
}

const READ = {
  uid: UID,
  operation: 'CREATE',
  kind: { group: '', version: 'v1', kind: 'Service' },
  namespace: 'shop',
  name: 'web',
  subResource: '',
  isDryRun: false,
  user: 'somebody',
  object: service(),
  oldObject: undefined,
};

describe('a review', () => {
  it('is read from what the API server sends', () => {
    expect(parseReview(BODY)).toEqual({ ok: true, review: READ });
  });

  it('has the old object on UPDATE, and says whether it is a dry run', () => {
    const old = service({ labels: { team: 'shop' } });
    expect(parseReview(reviewOf(service(), { uid: UID, old, dryRun: true }))).toEqual({
      ok: true,
      review: { ...READ, operation: 'UPDATE', oldObject: old, isDryRun: true },
    });
  });

  it('of DELETE has no object, and of a subresource its name', () => {
    expect(parseReview(withRequest({ operation: 'DELETE', object: null, oldObject: service() }))).toEqual({
      ok: true,
      review: { ...READ, operation: 'DELETE', object: undefined, oldObject: service() },
    });
    expect(parseReview(withRequest({ subResource: 'status' }))).toEqual({
      ok: true,
      review: { ...READ, subResource: 'status' },
    });
  });

  it('may leave out what the API server leaves out', () => {
    const { uid, operation, kind, object } = BODY['request'] as RawObject;
    expect(parseReview({ ...BODY, request: { uid, operation, kind, object } })).toEqual({
      ok: true,
      review: { ...READ, namespace: '', name: '', user: '' },
    });
  });

  it.each(['name', 'namespace', 'subResource', 'dryRun', 'oldObject'] as const)(
    'takes null in the optional field %s for its absence',
    (field) => {
      const absent = parseReview(withRequest({ [field]: undefined }));
      expect(absent.ok).toBe(true);
      expect(parseReview(withRequest({ [field]: null }))).toEqual(absent);
    },
  );

  it('may say nothing of who asks, or null', () => {
    expect(parseReview(withRequest({ userInfo: null }))).toEqual({ ok: true, review: { ...READ, user: '' } });
  });

  it.each(['options', 'resource', 'requestKind', 'requestResource', 'requestSubResource'])(
    'takes null in %s, which it does not read',
    (field) => {
      expect(parseReview(withRequest({ [field]: null }))).toEqual({ ok: true, review: READ });
    },
  );

  it('may hold whatever else', () => {
    expect(parseReview({ ...(withRequest({ userInfo: 7, later: {} }) as RawObject), response: null })).toEqual({
      ok: true,
      review: { ...READ, user: '' },
    });
  });
});

describe('a body that is no review', () => {
  it.each([[null], [undefined], [7], ['text'], [true], [[]], [[BODY]]])('of the wrong shape is refused: %j', (body) => {
    expect(parseReview(body)).toEqual(fault('It is no JSON object.', null));
  });

  it.each<[string, unknown, ParsedReview]>([
    ['without anything', {}, fault('the document has no "apiVersion".', null)],
    ['of another kind', { ...BODY, kind: 'Pod' }, fault('kind must be "AdmissionReview".')],
    ['of another API group', { ...BODY, apiVersion: 'v1' }, fault('apiVersion must be "admission.k8s.io/v1".')],
    ['without a request', { ...BODY, request: undefined }, fault('the document has no "request".', null)],
    ['with a null request', withRequest(null), fault('request must be object.', null)],
    ['with a list for a request', withRequest([]), fault('request must be object.', null)],
    ['without uid', withRequest({ uid: undefined }), fault('request has no "uid".', null)],
    ['with an empty uid', withRequest({ uid: '' }), fault('request.uid must NOT have fewer than 1 characters.', null)],
    ['with a number for a uid', withRequest({ uid: 7 }), fault('request.uid must be string.', null)],
    [
      'of an operation that does not exist',
      withRequest({ operation: 'create' }),
      fault('request.operation must be one of CREATE, UPDATE, DELETE, CONNECT.'),
    ],
    ['with null for a uid', withRequest({ uid: null }), fault('request.uid must be string.', null)],
    ['without kind', withRequest({ kind: null }), fault('request.kind must be object.')],
    ['with half a kind', withRequest({ kind: { kind: 'Service' } }), fault('request.kind has no "group".')],
    ['with a list for a namespace', withRequest({ namespace: ['a'] }), fault('request.namespace must be string.')],
    ['with a text for dryRun', withRequest({ dryRun: 'no' }), fault('request.dryRun must be boolean.')],
    ['with a text for its old object', withRequest({ oldObject: 'no' }), fault('request.oldObject must be object.')],
    ['that creates nothing', withRequest({ object: null }), fault('request.object must be object.')],
    ['that creates a list', withRequest({ object: [] }), fault('request.object must be object.')],
    [
      'that updates what was not there',
      withRequest({ operation: 'UPDATE', oldObject: null }),
      fault('request.oldObject must be object.'),
    ],
  ])('%s is refused', (_, body, expected) => {
    expect(parseReview(body)).toEqual(expected);
  });

  it('of another version is answered in that version', () => {
    expect(parseReview({ ...BODY, apiVersion: 'admission.k8s.io/v1beta1' })).toEqual({
      ok: false,
      code: 'review-version-unsupported',
      detail: 'It is of admission.k8s.io/v1beta1.',
      uid: UID,
      apiVersion: 'admission.k8s.io/v1beta1',
    });
  });

  it('takes nothing from a prototype', () => {
    const request = '{"uid":"0a1b","operation":"CREATE","object":{}}';
    const inherited = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":${request}}`;
    const kind = '"__proto__":{"kind":{"group":"","version":"v1","kind":"Service"}}';
    expect(parseReview(JSON.parse(inherited.replace('"object"', `${kind},"object"`)))).toEqual(
      fault('request has no "kind".'),
    );
    expect(parseReview(Object.create(BODY))).toEqual(fault('the document has no "apiVersion".', null));
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('kind');
  });

  it('is answered or refused, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.constantFrom('CREATE', 'UPDATE', 'DELETE'), (a, b, operation) => {
        for (const body of [a, withRequest({ operation, object: a, oldObject: b }), { ...BODY, request: a }]) {
          expect(typeof parseReview(body).ok).toBe('boolean');
        }
      }),
    );
  });
});
