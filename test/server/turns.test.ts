// Large reviews by turns of their namespaces, through the app: small ones overtake, and who waits too long is not judged.
import { afterEach, expect, it } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { takeAll } from '../../src/server/batch.ts';
import { namespaceOf } from '../../src/server/review-size.ts';
import { createTurns, type Turns, threadCpuMs } from '../../src/server/turns.ts';
import { ADD_ON_ON } from '../support/facts.ts';
import { ingress, ingressOf, pathTo, type RawObject } from '../support/objects.ts';
import { reviewOf } from '../support/reviews.ts';
import { expectTyped, samplesOf, startTestServer, type TestServer, until } from './support.ts';

let server: TestServer;
afterEach(() => server.close());

const LARGE = 5;
const paths = Array.from({ length: 4000 }, (_, at) => pathTo(`/p${at}`, 'ImplementationSpecific'));
const large = (namespace: string): string =>
  JSON.stringify(reviewOf({ ...ingressOf(paths), metadata: { name: 'large', namespace, annotations: GCE } }));
const GCE = { 'kubernetes.io/ingress.class': 'gce' };

/** Refused by every policy: the class in the field only. */
const forbidden: RawObject = reviewOf(ingress({ ingressClassName: 'gce' }), { uid: 'u' });

/** The turns of the guard, which begin once so many reviews have come; tells the namespaces in the order of their turns. */
function turnsOnceAllCame(count: number): { readonly turns: Turns; readonly order: readonly string[] } {
  const real = createTurns({ clock: () => performance.now(), cpu: threadCpuMs });
  const begin: (() => void)[] = [];
  const order: string[] = [];
  const run: Turns['run'] = async (body, judge) => {
    await new Promise<void>((resolve) => {
      begin.push(resolve);
      if (begin.length === count) for (const one of begin) one();
    });
    return real.run(body, (waitedMs) => {
      order.push(namespaceOf(body));
      return judge(waitedMs);
    });
  };
  return { turns: { ...real, run }, order };
}

it('judges small reviews first, and then large ones by turns of their namespaces', async () => {
  const { turns, order } = turnsOnceAllCame(LARGE + 2);
  let came = 0;
  server = await startTestServer({ facts: ADD_ON_ON, turns: { ...turns, run: counted(turns.run, () => (came += 1)) } });
  const attack = Array.from({ length: LARGE }, () => server.post('/validate', large('evil')));
  await until('the attack has come', () => came === LARGE);
  const others = [server.post('/validate', large('other')), server.post('/validate', forbidden)];
  const [ofOther, refused] = (await Promise.all(others)).map(expectTyped);
  expect(ofOther).toMatchObject({ response: { allowed: true } });
  expect(refused).toMatchObject({ response: { allowed: false } });
  for (const answer of await Promise.all(attack))
    expect(expectTyped(answer)).toMatchObject({ response: { allowed: true } });
  expect(order).toEqual(['shop', 'evil', 'other', 'evil', 'evil', 'evil', 'evil']);
});

function counted(run: Turns['run'], count: () => void): Turns['run'] {
  return (body, task) => {
    count();
    return run(body, task);
  };
}

it('answers by policy what waited for half of its time, and what there is no room for', async () => {
  let waitedMs = 2499;
  let hasRoom = true;
  const turns: Turns = {
    ...createTurns({ clock: () => 0, cpu: threadCpuMs }),
    run: async (_body, judge) => {
      if (hasRoom) takeAll(judge(waitedMs));
      return hasRoom;
    },
  };
  server = await startTestServer({ facts: ADD_ON_ON, turns });
  const post = async (): Promise<unknown> => expectTyped(await server.post('/validate?timeout=5s', forbidden));
  const warning = `gke-ingress-guard let this object through unjudged. ${ERRORS['loop-late'].message} [loop-late]`;
  const unjudged = { response: { uid: 'u', allowed: true, warnings: [warning] } };
  expect(await post()).toMatchObject({ response: { allowed: false } });
  waitedMs = 2500;
  expect(await post()).toMatchObject(unjudged);
  [waitedMs, hasRoom] = [0, false];
  expect(await post()).toMatchObject(unjudged);
  expect(await samplesOf(server.metrics, 'guard_rejected_requests_total')).toEqual([
    'guard_rejected_requests_total{reason="loop-late"} 2',
  ]);
});
