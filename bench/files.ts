// `npm run bench:files`: `check` beside kubeconform on the same files, and `audit` of a real API server, each a process of its own,
// in turn in one run. The two do different things (schemas there, plans and rules here); it is a measure of what people wait for.
// kubeconform gets the schemas of the same API server from a directory, so that neither waits for a network. `-- --rounds=1
// --objects=1000` is quicker, and no figure to quote; `--write` writes bench/FILES.md. Linux only: memory is read from /proc.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { mustSucceed } from '../test/cluster/api-client.ts';
import { goPrograms, logToStderr } from '../test/cluster/go-programs.ts';
import { startTestCluster } from '../test/cluster/test-cluster.ts';
import { type Definitions, writeSchemas } from './files/schemas.ts';
import { createAll } from './scale/load-cluster.ts';
import { type Manifest, namespaces, objects, type Shape } from './scale/objects.ts';
import { median } from './webhooks/report.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    /** Of the API server. */
    objects: { type: 'string', default: '35000' },
    write: { type: 'boolean', default: false },
  },
});
const ROUNDS = Number(flags.rounds);
const OBJECTS = Number(flags.objects);
const GUARD = fileURLToPath(new URL('../dist/bin.cjs', import.meta.url));
const PEER = fileURLToPath(new URL('peers/kubeconform/', import.meta.url));
const POLL_MS = 10;

interface Run {
  readonly what: string;
  readonly program: string;
  readonly words: readonly string[];
}

interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

function shapeOf(count: number): Shape {
  const share = count / 35_000;
  const of = (whole: number): number => Math.ceil(whole * share);
  return { namespaces: of(1000), services: of(10_000), ingresses: of(5000), deployments: of(20_000) };
}

/** @returns the directory of so many documents, ten in a file */
function writeFiles(dir: string, count: number): string {
  const all = objects(shapeOf(count)).slice(0, count);
  mkdirSync(dir);
  for (let at = 0; at < all.length; at += 10) {
    const documents = all.slice(at, at + 10).map((object) => stringify(object));
    writeFileSync(join(dir, `file-${at / 10}.yaml`), documents.join('---\n'));
  }
  return dir;
}

/** What the kernel says of a process: it is asked every few milliseconds, for its last answer is lost with it. */
async function measure({ program, words }: Run): Promise<Cost> {
  const startedMs = performance.now();
  const child = spawn(program, words, { stdio: 'ignore' });
  let [cpuSeconds, peakMiB] = [0, 0];
  const look = (): void => {
    try {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      cpuSeconds = (Number(fields[11]) + Number(fields[12])) / 100;
      // A process that has ended and is not collected has no memory any more.
      const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      if (peak !== undefined) peakMiB = Number(peak) / 1024;
    } catch {
      // It has just ended.
    }
  };
  const timer = setInterval(look, POLL_MS);
  const [code] = await once(child, 'exit');
  clearInterval(timer);
  const wallSeconds = (performance.now() - startedMs) / 1000;
  // 1 is: something was found.
  if (code !== 0 && code !== 1) throw new Error(`${program} ${words.join(' ')} ended with ${code}.`);
  return { wallSeconds, cpuSeconds, peakMiB };
}

async function measureAll(runs: readonly Run[]): Promise<readonly string[]> {
  const costs = runs.map((): Cost[] => []);
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [index, run] of runs.entries()) {
      logToStderr(`round ${round}: ${run.what}`);
      costs[index]?.push(await measure(run));
    }
  }
  return runs.map(({ what }, index) => {
    const of = (figure: (cost: Cost) => number, digits: number): string =>
      median((costs[index] ?? []).map(figure)).toFixed(digits);
    return `| ${what} | ${of((cost) => cost.wallSeconds, 2)} | ${of((cost) => cost.cpuSeconds, 2)} | ${of((cost) => cost.peakMiB, 0)} |`;
  });
}

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'guard-files-'));
  const { kubeconform } = await goPrograms(
    {
      what: 'kubeconform',
      name: 'bench-kubeconform',
      dir: PEER,
      files: ['go.mod', 'go.sum'],
      packages: ['github.com/yannh/kubeconform/cmd/kubeconform'],
      programs: ['kubeconform'],
      ldflags: '-s -w',
      duration: 'about a minute',
      wayOut: '',
    },
    logToStderr,
    process.env,
  );
  const cluster = await startTestCluster();
  try {
    const openApi = await mustSucceed(cluster.client.request({ method: 'GET', path: '/openapi/v2' }));
    const schemas = writeSchemas(join(dir, 'schemas'), openApi.body as { readonly definitions: Definitions });
    const facts = join(dir, 'facts.yaml');
    writeFileSync(
      facts,
      'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nhttpLoadBalancing: enabled\nvpcNative: true\n',
    );
    const guard = (what: string, ...words: readonly string[]): Run => ({
      what: `gke-ingress-guard ${what}`,
      program: process.execPath,
      words: [GUARD, ...words],
    });
    const peer = (what: string, path: string): Run => ({
      what: `kubeconform ${what}`,
      program: kubeconform,
      words: ['-schema-location', schemas, path],
    });
    const one = join(dir, 'one.yaml');
    writeFileSync(
      one,
      objects(shapeOf(35))
        .slice(0, 3)
        .map((object) => stringify(object))
        .join('---\n'),
    );
    const [thousand, many] = [writeFiles(join(dir, 'thousand'), 1000), writeFiles(join(dir, 'many'), 10_000)];
    logToStderr(`loading ${OBJECTS} objects into the API server`);
    await load(cluster.controlPlane, shapeOf(OBJECTS));
    const rows = await measureAll([
      guard('--help', '--help'),
      guard('check: one file, three documents', 'check', `--facts=${facts}`, one),
      peer('one file, three documents', one),
      guard('check: 100 files, 1,000 documents', 'check', `--facts=${facts}`, thousand),
      peer('100 files, 1,000 documents', thousand),
      guard('check: 1,000 files, 10,000 documents', 'check', `--facts=${facts}`, many),
      peer('1,000 files, 10,000 documents', many),
      guard(
        `audit: an API server with ${OBJECTS.toLocaleString('en')} objects`,
        'audit',
        `--facts=${facts}`,
        `--kubeconfig=${cluster.controlPlane.kubeconfig()}`,
      ),
    ]);
    const page = pageOf(rows);
    process.stdout.write(page);
    if (flags.write) writeFileSync(fileURLToPath(new URL('FILES.md', import.meta.url)), page);
  } finally {
    await cluster.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function load(controlPlane: Parameters<typeof createAll>[0], shape: Shape): Promise<void> {
  const all: readonly (readonly Manifest[])[] = [namespaces(shape), objects(shape)];
  for (const manifests of all) await createAll(controlPlane, manifests);
}

function pageOf(rows: readonly string[]): string {
  return `# What the commands take

Written by \`npm run bench:files -- --write\`. Each is a process of its own, in turn with the others, ${ROUNDS} rounds; medians. CPU is that
of all its threads, memory the most that was resident. kubeconform 0.8.0 compares each document with the schema of its kind (from a
directory); \`check\` plans load balancers and judges them by every rule. The API server of the last line runs on the same cores.

Machine: ${cpus()[0]?.model.trim() ?? ''}, ${cpus().length} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB, Linux ${release()}, Node ${process.version}.

| what | seconds | CPU seconds | MiB |
| --- | --: | --: | --: |
${rows.join('\n')}
`;
}

await main();
