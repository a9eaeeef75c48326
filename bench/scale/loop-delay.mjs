// Loaded into the guard before its own code (node --import): how late its event loop is, looked at every millisecond. At each
// SIGUSR2 the figures since the last one go into the file that GUARD_BENCH_DELAYS names. JavaScript, because for TypeScript
// Node would load what strips the types into the guard's memory, some 22 MiB.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 1;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();
process.on('SIGUSR2', () => {
  // What is recorded is the time from one look to the next.
  const milliseconds = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  const figures = {
    looks: delays.count,
    p50Ms: milliseconds(delays.percentile(50)),
    p99Ms: milliseconds(delays.percentile(99)),
    maxMs: milliseconds(delays.max),
  };
  delays.reset();
  writeFileSync(process.env['GUARD_BENCH_DELAYS'] ?? '', JSON.stringify(figures));
});
