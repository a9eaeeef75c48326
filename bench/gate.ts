// `npm run bench:gate`: fails where a review costs more CPU than it may, beside a bare node:https server that answers the same
// reviews in the same run, and where a review grows with what it must not grow with. CPU and not time is counted, and the best of
// several rounds counts, so that a busy machine fails nothing. The bounds are well above what was measured (docs/performance.md).
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GROWTH, type Growth } from './gate/growth.ts';
import { LARGEST } from './gate/largest.ts';
import { CASES, type Case } from './webhooks/cases.ts';
import { type Server, startNode, startOurs, type Tls, throwAwayTls } from './webhooks/servers.ts';

/** How many times the CPU of the bare server a review may cost. */
const MOST: Readonly<Record<string, number>> = { annotate: 4, refuse: 5.5, pass: 4.5, warn: 7 };
/** Rounds before a bound counts as broken. */
const ROUNDS = 6;
const CONNECTIONS = '8';
const SECONDS = '1';
const LOAD = fileURLToPath(new URL('load.ts', import.meta.url));

let failed = 0;

function report(what: string, figure: number, most: number): void {
  const isOver = figure > most;
  if (isOver) failed += 1;
  process.stdout.write(`${isOver ? 'FAILED' : 'ok    '} ${what}: ${figure.toFixed(2)} times, at most ${most}\n`);
}

/** The least of the rounds; no more of them once it is within the bound. */
async function leastOf(most: number, measure: () => Promise<number> | number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 1; round <= ROUNDS && least > most; round += 1) least = Math.min(least, await measure());
  return least;
}

/** Microseconds that all threads of a process have run (proc(5), schedstat). */
function cpuMicros(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanos = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]));
  return nanos.reduce((sum, one) => sum + one, 0) / 1000;
}

/** @returns microseconds of CPU for each answer */
async function costOf(server: Server, { webhook }: Case, body: string, { dir }: Tls): Promise<number> {
  const before = cpuMicros(server.pid);
  const words = [LOAD, String(server.port), join(dir, 'ca.crt'), server.paths[webhook], body, CONNECTIONS, SECONDS];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const { answers, bad }: { answers: number; bad: number } = JSON.parse(stdout);
  if (bad > 0 || answers === 0) throw new Error(`${server.name}: ${bad} of ${answers} answers are not 200.`);
  return (cpuMicros(server.pid) - before) / answers;
}

async function gateServers(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'guard-gate-'));
  const tls = await throwAwayTls(join(dir, 'tls'));
  const servers: Server[] = [];
  try {
    const bare = await startNode('bare node:https', 'bare-server.ts', tls);
    servers.push(bare);
    const guard = await startOurs('the guard', tls, undefined);
    servers.push(guard);
    for (const one of CASES) {
      const most = MOST[one.id];
      if (most === undefined) continue;
      const body = join(dir, `${one.id}.json`);
      writeFileSync(body, JSON.stringify(one.review));
      const least = await leastOf(most, async () => {
        const bareCost = await costOf(bare, one, body, tls);
        return (await costOf(guard, one, body, tls)) / bareCost;
      });
      report(`CPU of a review beside the bare server, ${one.what}`, least, most);
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(dir, { recursive: true, force: true });
  }
}

await gateServers();
for (const growth of [...GROWTH, ...LARGEST]) {
  report(growth.what, await leastOf(growth.most, () => ratioOf(growth)), growth.most);
}
process.stdout.write(failed === 0 ? 'The gate is open.\n' : `${failed} bounds are broken.\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** Of the CPU of many runs of each, in turn. */
function ratioOf({ once, times, runs = 300, rounds = 8 }: Growth): number {
  const cost = (run: () => unknown): number => {
    const before = process.cpuUsage();
    for (let index = 0; index < runs; index += 1) run();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const costs = Array.from({ length: rounds }, () => [cost(once), cost(times)] as const);
  return Math.min(...costs.map(([, b]) => b)) / Math.min(...costs.map(([a]) => a));
}
