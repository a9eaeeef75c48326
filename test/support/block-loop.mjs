// Loaded into the guard before its own code (node --import): at each SIGUSR2 the main thread stands still for as long as
// GUARD_TEST_BLOCK_MS says, as it would in one very long piece of work. JavaScript, so that it can be loaded into a build.
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const still = new Int32Array(new SharedArrayBuffer(4));
  process.on('SIGUSR2', () => {
    writeSync(1, '{"msg":"standing still"}\n');
    Atomics.wait(still, 0, 0, Number(process.env['GUARD_TEST_BLOCK_MS']));
  });
}
