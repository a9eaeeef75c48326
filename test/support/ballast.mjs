// Loaded into the guard before its own code (node --import): objects on its heap, as many MiB as GUARD_TEST_BALLAST_MIB
// says, that stay there like a view of a cluster. JavaScript, so that it can be loaded into a build.
import { isMainThread } from 'node:worker_threads';

const BYTES_EACH = 1024;

if (isMainThread) {
  const kept = [];
  globalThis.ballast = kept;
  const until = process.memoryUsage().heapUsed + Number(process.env['GUARD_TEST_BALLAST_MIB']) * 1024 * 1024;
  while (process.memoryUsage().heapUsed < until) {
    for (let count = 0; count < 1000; count += 1) {
      kept.push({
        name: `object-${kept.length}`,
        labels: { a: 'b' },
        values: Array.from({ length: BYTES_EACH / 16 }, (_, at) => at + 0.5),
      });
    }
  }
}
