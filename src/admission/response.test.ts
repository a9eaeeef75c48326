import { describe, expect, it } from 'vitest';
import { ANSWER_LIMIT_BYTES, allow, allowPatched, deny, denyUnreadable } from './response.ts';

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

  it('that refuses takes no more than its limit, whatever is in the message, and says that it was cut', () => {
    const texts = ['x', 'x'.repeat(99).concat('\n'), '"', '\u0001', 'é', '世', '😀', '\ud83d', '\n'];
    for (const text of texts) {
      const { status } = deny('uid-1', text.repeat(100_000), ['careful']).response;
      const message = status?.message ?? '';
      const bytes = Buffer.byteLength(JSON.stringify(deny('uid-1', text.repeat(100_000), ['careful'])));
      expect(bytes).toBeLessThanOrEqual(ANSWER_LIMIT_BYTES);
      if (text.isWellFormed()) expect(message.isWellFormed()).toBe(true);
      expect(message).toMatch(/\n… The rest is left out\. gke-ingress-guard check shows all of it\.$/);
      const kept = message.split('\n… The rest')[0] ?? '';
      expect(text.repeat(100_000).startsWith(kept)).toBe(true);
      // Two for the quotes that bytesOf counts around the empty message and around the note.
      if (text === 'x') expect(bytes).toBe(ANSWER_LIMIT_BYTES - 2);
    }
    const lines = deny('uid-1', 'x'.repeat(99).concat('\n').repeat(1000)).response.status?.message.split('\n') ?? [];
    expect(new Set(lines.slice(0, -1).map((line) => line.length))).toEqual(new Set([99]));
  });

  it('that refuses is left alone where it fits', () => {
    const message = 'x'.repeat(ANSWER_LIMIT_BYTES - Buffer.byteLength(JSON.stringify(deny('uid-1', ''))));
    expect(deny('uid-1', message).response.status?.message).toBe(message);
    expect(deny('uid-1', `${message}x`).response.status?.message).not.toContain(message);
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
