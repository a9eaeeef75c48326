import { describe, expect, it } from 'vitest';
import { corridorOf, policyOf } from '../../test/support/corridor.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { reviewOf } from '../../test/support/reviews.ts';
import type { Mode } from '../policy/policy.ts';
import { type Admission, admit } from './admit.ts';
import { parseReview } from './review.ts';

const RULE = 'load-balancer-changes';
const SERVED = ingress({ class: 'gce', address: '203.0.113.7' });
const BEFORE = service({ neg: '{"ingress": true}' });
const AFTER = service({ neg: '{"ingress": true}', ports: [{ name: 'http', port: 8080, targetPort: 8080 }] });
const MOVED = 'what no rule takes loses its backend, Service "web" port 80: the Service does not have the port.';

function updatedBy(user: unknown, mode?: Mode): Admission {
  const review: RawObject = reviewOf(AFTER, { old: BEFORE });
  const request = {
    ...(review['request'] as RawObject),
    ...(user === undefined ? {} : { userInfo: { username: user } }),
  };
  const read = parseReview({ ...review, request });
  if (!read.ok) throw new TypeError(read.detail);
  const changes = mode === undefined ? {} : { policy: policyOf({ modes: { [RULE]: mode } }) };
  return admit('validate', read.review, corridorOf([SERVED], changes));
}

const saidBy = ({ findings }: Admission): readonly string[] =>
  findings
    .filter(({ finding }) => finding.rule === RULE)
    .map(({ finding, outcome }) => `${outcome}: ${finding.message}`);

describe('what a change does to a load balancer', () => {
  it('is recorded as shipped, and said to nobody', () => {
    const admission = updatedBy('somebody@example.com');
    expect(saidBy(admission)).toEqual([`recorded: ${MOVED}`]);
    expect(admission.answer.response.warnings ?? []).not.toContainEqual(expect.stringContaining(RULE));
  });

  it('is said where the policy warns, and to GitOps tools, which people read', () => {
    for (const user of ['somebody@example.com', '', 'system:serviceaccount:argocd:argocd-application-controller']) {
      const admission = updatedBy(user, 'warn');
      expect(saidBy(admission)).toEqual([`warned: ${MOVED}`]);
      expect(admission.answer.response.warnings).toContainEqual(expect.stringContaining(MOVED.slice(0, -1)));
    }
  });

  it.each([
    'system:serviceaccount:kube-system:deployment-controller',
    'system:kube-controller-manager',
    'system:controller:glbc',
  ])('is nothing to %s', (user) => {
    expect(saidBy(updatedBy(user, 'warn'))).toEqual([]);
    // What is wrong is said to everybody.
    expect(updatedBy(user).findings.map(({ finding }) => finding.rule)).toEqual(
      updatedBy('somebody')
        .findings.map(({ finding }) => finding.rule)
        .filter((rule) => rule !== RULE),
    );
  });

  it('is said where nobody says who asks, or what he says is no name', () => {
    expect(saidBy(updatedBy(7, 'warn'))).toEqual([`warned: ${MOVED}`]);
    expect(saidBy(updatedBy(null, 'warn'))).toEqual([`warned: ${MOVED}`]);
  });
});
