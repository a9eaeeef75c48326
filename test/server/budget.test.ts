// A review that takes more steps than one admission has, over a real socket: said in the answer, in the log and in a metric.
import { afterEach, expect, it } from 'vitest';
import { ADD_ON_ON } from '../support/facts.ts';
import { ingress } from '../support/objects.ts';
import { reviewOf } from '../support/reviews.ts';
import { expectTyped, samplesOf, servingCorridor, startTestServer, type TestServer } from './support.ts';

let server: TestServer;
afterEach(() => server.close());

/** An Ingress of 2 MB, which the API server takes for a dry run. */
const LARGE = ingress({
  class: 'gce',
  tls: Array.from({ length: 80_000 }, (_, at) => ({ secretName: `secret-${at}` })),
});

it('says what was left out, and counts it', async () => {
  server = await startTestServer({ facts: ADD_ON_ON });
  const answer = expectTyped(await server.post('/validate', JSON.stringify(reviewOf(LARGE, { uid: 'u' }))));
  expect(answer).toMatchObject({ response: { uid: 'u', allowed: true } });
  expect(JSON.stringify(answer)).toMatch(
    /it takes more steps than one admission has, so not all was judged: [^"]*\[budget-spent\]/,
  );
  expect(await samplesOf(server.metrics, 'guard_left_out_total')).toEqual(['guard_left_out_total{decided="true"} 1']);
  expect(server.entries().at(-1)).toMatchObject({ msg: 'review', leftOut: { isUndecided: false, neighbours: 0 } });
});

it('refuses by policy where rules that refuse did not finish', async () => {
  const corridor = servingCorridor(ADD_ON_ON);
  const everything = new Map([...corridor.policy.modes].map(([id]) => [id, 'enforce' as const]));
  const policy = { ...corridor.policy, modes: everything, onBudget: 'deny' as const };
  server = await startTestServer({ corridor: () => ({ ...corridor, policy }) });
  const answer = expectTyped(await server.post('/validate', JSON.stringify(reviewOf(LARGE, { uid: 'u' }))));
  expect(answer).toMatchObject({ response: { uid: 'u', allowed: false, status: { code: 403 } } });
  expect(await samplesOf(server.metrics, 'guard_left_out_total')).toEqual(['guard_left_out_total{decided="false"} 1']);
});

it('counts nothing for a small one', async () => {
  server = await startTestServer({ facts: ADD_ON_ON });
  await server.post('/validate', JSON.stringify(reviewOf(ingress({ class: 'gce' }), { uid: 'u' })));
  expect(await samplesOf(server.metrics, 'guard_left_out_total')).toEqual([]);
});
