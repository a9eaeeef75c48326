// What an answer of the API server means for the reports that come after it.
import { expect, it } from 'vitest';
import { ApiError, type ClusterConnection } from '../../cluster/api/connection.ts';
import { problemOf } from './report-sync.ts';

const CANNOT =
  'reports.openreports.io is forbidden: User "system:serviceaccount:gke-ingress-guard:gke-ingress-guard" cannot create resource "reports" in API group "openreports.io" in the namespace "shop"';

it.each<[string, ApiError | Error, object]>([
  [
    'a right that is missing',
    new ApiError(CANNOT, { status: 403 }),
    { kind: 'no-right', verb: 'create', reason: CANNOT },
  ],
  [
    'a quota',
    new ApiError('reports "gke-ingress-guard" is forbidden: exceeded quota: few', { status: 403 }),
    { kind: 'refused', reason: 'reports "gke-ingress-guard" is forbidden: exceeded quota: few' },
  ],
  [
    'a webhook',
    new ApiError('admission webhook "w" denied the request: no', { status: 403 }),
    { kind: 'refused', reason: 'admission webhook "w" denied the request: no' },
  ],
  [
    'a namespace that goes',
    new ApiError('unable to create new content in namespace shop because it is being terminated', { status: 403 }),
    { kind: 'gone' },
  ],
  ['nothing there', new ApiError('not found', { status: 404 }), { kind: 'gone' }],
  ['a report that is not taken', new ApiError('invalid', { status: 422 }), { kind: 'refused', reason: 'invalid' }],
  [
    'too many requests',
    new ApiError('later', { status: 429, retryAfterSeconds: 7 }),
    { kind: 'trouble', reason: 'later', retryAfterMs: 7000 },
  ],
  ['no answer', new ApiError('gone away'), { kind: 'trouble', reason: 'gone away', retryAfterMs: 0 }],
])('%s', (_, error, problem) => {
  const { connection, renewals } = connectionThatCounts();
  expect(problemOf(error, 'create', connection)).toEqual(problem);
  expect(renewals()).toBe(0);
});

it('credentials that are no longer taken are read anew', () => {
  const { connection, renewals } = connectionThatCounts();
  expect(problemOf(new ApiError('Unauthorized', { status: 401 }), 'get', connection)).toMatchObject({
    kind: 'trouble',
  });
  expect(renewals()).toBe(1);
});

function connectionThatCounts(): {
  readonly connection: Pick<ClusterConnection, 'renewCredentials'>;
  readonly renewals: () => number;
} {
  let count = 0;
  const renewCredentials = (): void => {
    count += 1;
  };
  return { connection: { renewCredentials }, renewals: () => count };
}
