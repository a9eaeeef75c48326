// Who may exempt an object from a rule that refuses: whoever may write it, where the policy lets its namespace.
import { describe, expect, it } from 'vitest';
import { admit } from '../src/admission/admit.ts';
import type { AdmissionReviewResponse } from '../src/admission/response.ts';
import { parseReview } from '../src/admission/review.ts';
import { corridorOf, policyOf } from './support/corridor.ts';
import { ADD_ON_OFF } from './support/facts.ts';
import { ingress } from './support/objects.ts';
import { reviewOf } from './support/reviews.ts';

const IGNORE = 'gke-ingress-guard.dev/ignore';

/** A GKE Ingress on a cluster whose add-on is off, exempted by whoever wrote it. */
function answerIn(namespace: string): AdmissionReviewResponse['response'] {
  const raw = ingress({
    namespace,
    class: 'gce',
    annotations: { [IGNORE]: 'http-load-balancing-disabled; reason=we know' },
  });
  const parsed = parseReview(reviewOf(raw));
  if (!parsed.ok) throw new TypeError(parsed.detail);
  const policy = {
    ...policyOf({ modes: { 'http-load-balancing-disabled': 'enforce' } }),
    allowsExemptions: (one: string) => one.startsWith('team-'),
  };
  return admit('validate', parsed.review, corridorOf([], { policy, facts: ADD_ON_OFF })).answer.response;
}

describe('an exemption from a rule that refuses', () => {
  it('counts in a namespace that the policy lets', () => {
    expect(answerIn('team-a').allowed).toBe(true);
  });

  it('has no effect in any other, and a warning says so', () => {
    const { allowed, warnings = [] } = answerIn('shop');
    expect(allowed).toBe(false);
    expect(warnings.join('\n')).toContain(
      'the policy allows no exemptions in namespace "shop", so the annotation has no effect [exemption-invalid]',
    );
  });
});
