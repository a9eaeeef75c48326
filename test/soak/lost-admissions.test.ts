// test/cluster/lost-admissions.test.ts again and again, with the compiled guard, the flags of the image and the drain of
// deploy/base. Prints what it saw, for the record.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { killOne, restartInTurn, rotate, startTwoReplicas, type TwoReplicas } from '../cluster/two-replicas.ts';
import { IMAGE_FLAGS } from '../support/attacks.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const TIMES = 10;
/** A cold machine compiles kube-apiserver and etcd first. */
const COLD_MS = 30 * 60_000;

let two: TwoReplicas;
beforeAll(async () => {
  two = await startTwoReplicas({ drainSeconds: 10, program: [...IMAGE_FLAGS, PROGRAM] });
}, COLD_MS);
afterAll(() => two?.stop());

const rounds = Array.from({ length: TIMES }, (_, at) => at + 1);

it(`loses nothing in ${TIMES} rolling restarts`, async () => {
  let creates = 0;
  for (const round of rounds) {
    const { judged, failed } = await restartInTurn(two, `restart-${round}`);
    expect(failed).toEqual([]);
    creates += judged;
  }
  process.stdout.write(`${TIMES} rolling restarts: ${creates} creates judged, 0 failed\n`);
});

it(`loses nothing in ${TIMES} certificates of new authorities`, async () => {
  let creates = 0;
  for (const round of rounds) {
    const { judged, failed } = await rotate(two, `rotate-${round}`);
    expect(failed).toEqual([]);
    creates += judged;
  }
  process.stdout.write(`${TIMES} rotations: ${creates} creates judged, 0 failed\n`);
});

it(`loses what was in flight in ${TIMES} kills, and no more`, async () => {
  const sum = { judged: 0, lost: 0, cut: 0, late: 0 };
  for (const round of rounds) {
    const { judged, failed, lost, cut, lostLater } = await killOne(two, `kill-${round}`);
    expect(cut).toBeGreaterThan(0);
    expect(lost.length, lost.map(({ what }) => what).join('\n')).toBeLessThanOrEqual(cut);
    expect(lostLater).toEqual([]);
    sum.judged += judged;
    sum.lost += lost.length;
    sum.cut += cut;
    // At the one that is left, where the machine has too much else to do.
    sum.late += failed.length - lost.length;
  }
  // A load that notices no kill would notice no loss above.
  expect(sum.lost).toBeGreaterThan(0);
  expect(two.balancer.nowhere()).toBe(0);
  process.stdout.write(`${TIMES} kills: ${JSON.stringify(sum)}\n`);
});
