// `node bench/turns.ts`: three ways to judge large reviews (docs/adr/0021), each as throughput of small ones against the bare
// server's, alone and beside ten clients with large Ingresses; and the memory of each with a view of 35,000 objects.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { IMAGE_FLAGS } from '../test/support/attacks.ts';
import { createAuthority } from '../test/support/certificates.ts';
import { ingress, ingressOf, pathTo } from '../test/support/objects.ts';
import { reviewOf } from '../test/support/reviews.ts';

const WAYS = ['loop', 'queue', 'worker'] as const;
const ROUNDS = 3;
const SECONDS = 4;
const [SMALL_CLIENTS, LARGE_CLIENTS] = [8, 10];
const THOUSANDS = 35;
const PATHS = 4000;

interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bad: number;
}

interface Server {
  readonly port: number;
  readonly child: ChildProcess;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'guard-bench-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

async function start(words: readonly string[]): Promise<Server> {
  const child = spawn(process.execPath, [...IMAGE_FLAGS, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { port: Number(String(line)), child };
}

async function load({ port }: Server, ca: string, body: string, clients: number): Promise<Figures> {
  const words = [here('load.ts'), String(port), ca, '/validate', body, String(clients), String(SECONDS)];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout);
}

function peakMiB({ child }: Server): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function main(): Promise<void> {
  const authority = await createAuthority('bench');
  const { certPem, keyPem } = await authority.issue({ commonName: 'localhost', dnsNames: ['localhost'] });
  const [cert, key, ca] = [file('tls.crt', certPem), file('tls.key', keyPem), file('ca.crt', authority.certPem)];
  const small = file('small.json', JSON.stringify(reviewOf(ingress({ class: 'gce' }))));
  const paths = Array.from({ length: PATHS }, (_, at) => pathTo(`/p${at}`, 'ImplementationSpecific'));
  const large = file('large.json', JSON.stringify(reviewOf({ ...ingressOf(paths) })).replaceAll('"shop"', '"evil"'));
  const bare = await start([here('bare-server.ts'), cert, key]);
  const rows = Object.fromEntries(WAYS.map((way) => [way, { alone: [], beside: [], p99: [], large: [] } as Row]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    const base = await load(bare, ca, small, SMALL_CLIENTS);
    for (const way of WAYS) {
      const server = await start([here('turns/server.ts'), cert, key, way, '0']);
      const alone = await load(server, ca, small, SMALL_CLIENTS);
      const [beside, ofLarge] = await Promise.all([
        load(server, ca, small, SMALL_CLIENTS),
        load(server, ca, large, LARGE_CLIENTS),
      ]);
      server.child.kill('SIGTERM');
      rows[way]?.alone.push(alone.perSecond / base.perSecond);
      rows[way]?.beside.push(beside.perSecond / base.perSecond);
      rows[way]?.p99.push(beside.p99Ms);
      rows[way]?.large.push(ofLarge.perSecond);
    }
  }
  bare.child.kill('SIGTERM');
  for (const way of WAYS) {
    const row = rows[way];
    if (row === undefined) continue;
    const server = await start([here('turns/server.ts'), cert, key, way, String(THOUSANDS)]);
    const memory = peakMiB(server);
    server.child.kill('SIGTERM');
    process.stdout.write(
      `${way}: small alone ${median(row.alone).toFixed(2)} of bare (${list(row.alone, 2)}); beside large ones ${median(row.beside).toFixed(3)} (${list(row.beside, 3)}), ` +
        `p99 ${median(row.p99).toFixed(0)} ms (${list(row.p99, 0)}); large ${median(row.large).toFixed(1)}/s (${list(row.large, 1)}); peak with ${THOUSANDS},000 objects ${Math.round(memory)} MiB\n`,
    );
  }
  rmSync(dir, { recursive: true, force: true });
}

interface Row {
  readonly alone: number[];
  readonly beside: number[];
  readonly p99: number[];
  readonly large: number[];
}

const list = (values: readonly number[], digits: number): string =>
  values.map((value) => value.toFixed(digits)).join(', ');

await main();
