// Reviews that there is no memory or no time for: answered at once, by policy, and counted.
import { afterEach, expect, it } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { createBodyBudget } from '../../src/server/body-budget.ts';
import type { OverloadCode } from '../../src/server/overload.ts';
import { ADD_ON_OFF } from '../support/facts.ts';
import { ingress } from '../support/objects.ts';
import { openRaw, parseAnswer } from '../support/raw-http.ts';
import { reviewOf } from '../support/reviews.ts';
import {
  errorAnswer,
  expectTyped,
  refusedReview,
  samplesOf,
  servingCorridor,
  startTestServer,
  type TestServer,
  until,
} from './support.ts';

let server: TestServer;
afterEach(() => server.close());

/** Refused when it is judged. */
const REVIEW = JSON.stringify(reviewOf(ingress({ class: 'gce' }), { uid: 'u' }));
const JSON_TYPE = { 'content-type': 'application/json' };

function letThrough(code: OverloadCode, apiVersion = 'admission.k8s.io/v1'): unknown {
  const warning = `gke-ingress-guard let this object through unjudged. ${ERRORS[code].message} [${code}]`;
  expect(warning.length).toBeLessThanOrEqual(256);
  return { apiVersion, kind: 'AdmissionReview', response: { uid: 'u', allowed: true, warnings: [warning] } };
}

const denying = (): ReturnType<typeof servingCorridor> => {
  const corridor = servingCorridor(ADD_ON_OFF);
  return { ...corridor, policy: { ...corridor.policy, onOverload: 'deny' } };
};

async function reasons(): Promise<readonly string[]> {
  return samplesOf(server.metrics, 'guard_rejected_requests_total');
}

it('answers by policy a body that there is no memory for, whether its length is known or not', async () => {
  const budget = createBodyBudget(REVIEW.length - 1, 0);
  server = await startTestServer({ facts: ADD_ON_OFF, budget });
  for (const webhook of ['mutate', 'validate']) {
    expect(expectTyped(await server.post(`/${webhook}`, REVIEW))).toEqual(letThrough('bodies-over-budget'));
    const chunked = await server.send(`/${webhook}`, { headers: JSON_TYPE, body: [...REVIEW] });
    expect(expectTyped(chunked)).toEqual(letThrough('bodies-over-budget'));
    expect(chunked.headers['connection']).toBe('keep-alive');
  }
  expect(expectTyped(await server.post('/validate', ' '.repeat(REVIEW.length)))).toEqual(
    errorAnswer('bodies-over-budget'),
  );
  expect(await reasons()).toEqual(['guard_rejected_requests_total{reason="bodies-over-budget"} 5']);
  expect(server.entries()[0]).toMatchObject({
    level: 40,
    msg: 'answered a review unjudged',
    code: 'bodies-over-budget',
    uid: 'u',
    webhook: 'mutate',
    allowed: true,
  });
  expect(budget.usedBytes()).toBe(0);
});

it('refuses it where the policy says so', async () => {
  server = await startTestServer({ corridor: denying, budget: createBodyBudget(100, 0) });
  expect(expectTyped(await server.post('/validate', REVIEW))).toEqual(refusedReview('u', 'bodies-over-budget'));
});

it('takes what a body declares before it has come, and gives it back when the client goes away', async () => {
  const budget = createBodyBudget(2 * REVIEW.length - 1, 0);
  server = await startTestServer({ facts: ADD_ON_OFF, budget });
  const stalled = await openRaw(server.port);
  stalled.socket.write(
    `POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${REVIEW.length}\r\n\r\n`,
  );
  await until('it is taken', () => budget.usedBytes() === REVIEW.length);
  expect(expectTyped(await server.post('/validate', REVIEW))).toEqual(letThrough('bodies-over-budget'));
  stalled.socket.destroy();
  await until('it is given back', () => budget.usedBytes() === 0);
  expect(expectTyped(await server.post('/validate', REVIEW))).toMatchObject({ response: { allowed: false } });
  await until('nothing is held after an answer', () => budget.usedBytes() === 0);
});

it('lets a body go that comes too slowly, long before its time is over', async () => {
  const budget = createBodyBudget();
  server = await startTestServer({ facts: ADD_ON_OFF, budget });
  const { socket, received, closed } = await openRaw(server.port);
  socket.write(
    'POST /validate?timeout=20s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7000000\r\n\r\n',
  );
  const trickle = setInterval(() => socket.write(Buffer.alloc(10_000, 'x')), 100);
  await closed;
  clearInterval(trickle);
  expect(expectTyped(parseAnswer(received()))).toEqual(errorAnswer('body-timeout'));
  expect(budget.usedBytes()).toBe(0);
});

it('keeps a body of many small chunks in little more memory than it has bytes', async () => {
  const budget = createBodyBudget();
  const text = JSON.stringify(
    reviewOf(ingress({ class: 'gce', annotations: { note: 'x'.repeat(200_000) } }), { uid: 'u' }),
  );
  let most = 0;
  const corridor = (): ReturnType<typeof servingCorridor> => {
    most = Math.max(most, budget.usedBytes());
    return servingCorridor(ADD_ON_OFF);
  };
  server = await startTestServer({ corridor, budget });
  const chunks = Array.from({ length: Math.ceil(text.length / 7) }, (_, at) => text.slice(7 * at, 7 * at + 7));
  const answer = expectTyped(await server.send('/validate', { headers: JSON_TYPE, body: chunks }));
  expect(answer).toMatchObject({ response: { uid: 'u', allowed: false } });
  expect(most).toBeGreaterThanOrEqual(text.length);
  expect(most).toBeLessThanOrEqual(2 * text.length + 16 * 1024);
});

it('drops a review whose caller has given up, or will have, before anything is computed for it', async () => {
  let unreadMs = 0;
  server = await startTestServer({ facts: ADD_ON_OFF, unreadMs: () => unreadMs });
  const post = async (timeout: string): Promise<unknown> =>
    expectTyped(await server.post(`/validate?timeout=${timeout}`, REVIEW));
  unreadMs = 2400;
  expect(await post('5s')).toMatchObject({ response: { allowed: false } });
  unreadMs = 2500;
  expect(await post('5s')).toEqual(letThrough('loop-late'));
  expect(await post('10s')).toMatchObject({ response: { allowed: false } });
  expect(await post('2s')).toEqual(letThrough('deadline-passed'));
  expect(expectTyped(await server.post('/validate?timeout=2s', '{}'))).toEqual(errorAnswer('deadline-passed'));
  expect(await reasons()).toEqual([
    'guard_rejected_requests_total{reason="loop-late"} 1',
    'guard_rejected_requests_total{reason="deadline-passed"} 2',
  ]);
  const judged = await samplesOf(server.metrics, 'guard_admission_duration_seconds');
  expect(judged.filter((line) => line.includes('_count'))).toEqual([
    'guard_admission_duration_seconds_count{webhook="validate",kind="Ingress",allowed="false"} 2',
  ]);
});

it('drops a review whose body came so late that its time is over', async () => {
  let nowMs = 0;
  server = await startTestServer({ facts: ADD_ON_OFF, clock: () => nowMs });
  const { socket, received, closed } = await openRaw(server.port);
  socket.write(
    `POST /validate?timeout=3s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${REVIEW.length}\r\n\r\n`,
  );
  socket.write(REVIEW.slice(0, 100));
  // Its beginning has been read once the server answers another connection.
  await server.post('/validate', REVIEW);
  nowMs = 3000;
  socket.write(REVIEW.slice(100));
  await closed;
  expect(expectTyped(parseAnswer(received()))).toEqual(letThrough('deadline-passed'));
});

it('answers by policy an object of more values than can be parsed within bounds', async () => {
  server = await startTestServer({ facts: ADD_ON_OFF });
  const many = REVIEW.replace('"spec":', `"x":[${'{},'.repeat(600_000)}{}],"spec":`);
  expect(expectTyped(await server.post('/validate', many))).toEqual(letThrough('body-too-many-values'));
});

it('answers unjudged in the version that it was asked in', async () => {
  server = await startTestServer({ facts: ADD_ON_OFF, unreadMs: () => 60_000 });
  const old = REVIEW.replace('admission.k8s.io/v1', 'admission.k8s.io/v1beta1');
  expect(expectTyped(await server.post('/validate', old))).toEqual(
    letThrough('deadline-passed', 'admission.k8s.io/v1beta1'),
  );
});
