// No admission is lost while the guard is restarted or gets a new certificate, and a kill costs what was in flight: through
// the real API server, with failurePolicy Fail, so that a call that breaks off is seen. Ten times each: test/soak.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killOne, restartInTurn, rotate, startTwoReplicas, type TwoReplicas } from './two-replicas.ts';

let two: TwoReplicas;
beforeAll(async () => {
  two = await startTwoReplicas({ drainSeconds: 1 });
});
afterAll(() => two?.stop());

test('a rolling restart loses nothing', async () => {
  const { judged, failed } = await restartInTurn(two, 'restart');
  expect(failed).toEqual([]);
  expect(judged).toBeGreaterThan(100);
});

test('a certificate of a new authority loses nothing', async () => {
  const { judged, failed } = await rotate(two, 'rotate');
  expect(failed).toEqual([]);
  expect(judged).toBeGreaterThan(60);
});

test('a replica that is killed takes along what was in flight to it, and no more', async () => {
  const { judged, lost, cut, lostLater } = await killOne(two, 'kill');
  expect(cut).toBeGreaterThan(0);
  expect(lost.length, lost.map(({ what }) => what).join('\n')).toBeLessThanOrEqual(cut);
  expect(lostLater).toEqual([]);
  expect(judged).toBeGreaterThan(60);
  expect(two.balancer.nowhere()).toBe(0);
});
