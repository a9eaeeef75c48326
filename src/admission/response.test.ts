import { describe, expect, it } from 'vitest';
import { allow, allowPatched, deny, denyUnreadable } from './response.ts';

const review = (response: unknown): unknown => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response,
});

describe('an answer', () => {
  it('that allows says no more than it must', () => {
    expect(allow('uid-1')).toEqual(review({ uid: 'uid-1', allowed: true }));
    expect(allow('uid-1', ['careful'])).toEqual(review({ uid: 'uid-1', allowed: true, warnings: ['careful'] }));
  });

  it('that patches carries a JSON Patch in base64', () => {
    const patch = [{ op: 'add', path: '/metadata/annotations', value: { 'cloud.google.com/neg': 'é' } }] as const;
    expect(allowPatched('uid-1', patch)).toEqual(
      review({
        uid: 'uid-1',
        allowed: true,
        patchType: 'JSONPatch',
        patch: Buffer.from(JSON.stringify(patch), 'utf8').toString('base64'),
      }),
    );
    expect(allowPatched('uid-1', patch, ['careful']).response.warnings).toEqual(['careful']);
  });

  it('that refuses is always 403 Forbidden', () => {
    expect(deny('uid-1', 'no', ['careful'])).toEqual(
      review({
        uid: 'uid-1',
        allowed: false,
        status: { code: 403, reason: 'Forbidden', message: 'no' },
        warnings: ['careful'],
      }),
    );
  });

  it('to what cannot be judged is in the version that was asked in', () => {
    expect(denyUnreadable('uid-1', 'no', 'admission.k8s.io/v1beta1')).toEqual({
      apiVersion: 'admission.k8s.io/v1beta1',
      kind: 'AdmissionReview',
      response: { uid: 'uid-1', allowed: false, status: { code: 403, reason: 'Forbidden', message: 'no' } },
    });
    expect(denyUnreadable('uid-1', 'no').apiVersion).toBe('admission.k8s.io/v1');
  });
});
