import { expect, it } from 'vitest';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, service } from '../../test/support/objects.ts';
import { backendOf } from '../../test/support/plan-of.ts';
import { findTrafficScalingFault } from './traffic-scaling.ts';

const RATE = 'networking.gke.io/max-rate-per-endpoint';
const SCALER = 'networking.gke.io/capacity-scaler';

/** Facts §3.3: a float ≥ 0, and a float 0..1. */
it.each([
  [{}, undefined],
  [{ [RATE]: '0' }, undefined],
  [{ [RATE]: 'inf' }, undefined],
  [{ [RATE]: 'NaN' }, undefined],
  [{ [RATE]: '-0.1' }, RATE],
  [{ [RATE]: '10 ' }, RATE],
  [{ [RATE]: '' }, RATE],
  [{ [SCALER]: '0' }, undefined],
  [{ [SCALER]: '1' }, undefined],
  [{ [SCALER]: 'nan' }, undefined],
  [{ [SCALER]: '1.0001' }, SCALER],
  [{ [SCALER]: 'inf' }, SCALER],
  [{ [SCALER]: '50%' }, SCALER],
  [{ [SCALER]: 'x', [RATE]: 'x' }, RATE],
])('of %j the fault is %s', (annotations, key) => {
  expect(findTrafficScalingFault(annotations)?.key).toBe(key);
});

it('is not read without the flag', () => {
  const objects = [ingress({ class: 'gce' }), service({ type: 'NodePort', annotations: { [SCALER]: 'x' } })];
  expect(backendOf(objects).error).toBeUndefined();
  expect(backendOf(objects, factsOf({ controller: { enableTrafficScaling: true } })).error?.condition).toBe('C8');
});
