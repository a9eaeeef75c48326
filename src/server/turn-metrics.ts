// How long large reviews wait for their turn, in the registry of the guard's metrics.
import { Histogram, type Registry } from './bundled/prom-client.ts';

/** To half of the longest timeout that a webhook can have: what waits for longer is not judged. */
const BUCKETS_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/** @returns to be called for each that waited */
export function countTurns(registry: Registry): (waitedMs: number) => void {
  const histogram = new Histogram({
    name: 'guard_review_wait_seconds',
    help: 'Time that large reviews, and those of namespaces with costly ones, waited for their turn.',
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  return (waitedMs) => histogram.observe(waitedMs / 1000);
}
