// `npm run bench:webhooks`: the compiled guard beside 35,000 objects, a bare node:https server, express, a webhook of Go's
// controller-runtime and Pepr, each sent the same reviews in turn in one run. The server has the first core, the load the second.
// `-- --rounds=2 --seconds=1 --objects=1000` is quicker, and no figure to quote; `--rules-off` measures the guard without rules
// too; `--write` writes bench/RESULTS.md.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { RULES } from '../src/rules/index.ts';
import { goPrograms, logToStderr } from '../test/cluster/go-programs.ts';
import { startTestCluster, type TestCluster } from '../test/cluster/test-cluster.ts';
import { createAll } from './scale/load-cluster.ts';
import { namespaces, objects, type Shape } from './scale/objects.ts';
import { CASES, type Case } from './webhooks/cases.ts';
import { type Figures, type Measured, median, OURS, pictureOf, ratioOf, tableOf } from './webhooks/report.ts';
import { type Server, startGo, startNode, startOurs, startPepr, type Tls, throwAwayTls } from './webhooks/servers.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '2' },
    /** 0 for no cluster at all. */
    objects: { type: 'string', default: '35000' },
    /** The guard once more, with every rule off and no cluster: what is left is the way of a review through the program. */
    'rules-off': { type: 'boolean', default: false },
    /** Left out, all. */
    cases: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const ROUNDS = Number(flags.rounds);
const SECONDS = Number(flags.seconds);
const OBJECTS = Number(flags.objects);
const WARM_UP_SECONDS = 2;
const BARE = 'bare node:https';
const OURS_OFF = `${OURS}, rules off, no cluster`;
const PEERS = fileURLToPath(new URL('peers/', import.meta.url));
const run = promisify(execFile);

const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'guard-bench-'));
  const programs = await goPrograms(
    {
      what: 'the webhook of controller-runtime and the load',
      name: 'bench-peers',
      dir: PEERS,
      files: ['go.mod', 'go.sum', 'webhook/main.go', 'load/main.go'],
      packages: ['./webhook', './load'],
      programs: ['webhook', 'load'],
      ldflags: '-s -w',
      duration: 'about 2 minutes',
      wayOut: '',
    },
    logToStderr,
    process.env,
  );
  const tls = await throwAwayTls(join(dir, 'tls'));
  const cluster = OBJECTS === 0 ? undefined : await loadedCluster();
  const servers: Server[] = [];
  try {
    keep(process.pid, '1');
    servers.push(await startNode(BARE, 'bare-server.ts', tls));
    servers.push(await startNode('express with its JSON parser', 'express-server.ts', tls));
    servers.push(await startOurs(OURS, tls, cluster?.controlPlane.kubeconfig()));
    if (flags['rules-off']) servers.push(await startOurs(OURS_OFF, tls, undefined, policyWithoutRules(dir)));
    servers.push(await startGo('controller-runtime (Go)', programs.webhook, tls));
    servers.push(await startPepr('Pepr 1.1.4, its default log', 'info', tls));
    servers.push(await startPepr('Pepr 1.1.4, log of errors', 'error', tls));
    for (const { pid } of servers) keep(pid, '0');
    await warmUp(servers, programs.load, tls, dir);
    const measured = await measureAll(servers, programs.load, tls, dir);
    const memory = servers.map(({ name, pid }) => ({ name, mebibytes: residentMiB(pid) }));
    const page = pageOf(measured, memory);
    print(page);
    if (flags.write) write(page, measured);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await cluster?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** @returns the directory of a policy that turns every rule off */
function policyWithoutRules(dir: string): string {
  const rules = Object.fromEntries(RULES.map(({ id }) => [id, 'off']));
  const policy = { apiVersion: 'gke-ingress-guard.dev/v1', kind: 'GuardPolicy', rules };
  const place = join(dir, 'policy');
  mkdirSync(place);
  // JSON is YAML.
  writeFileSync(join(place, 'guard.yaml'), JSON.stringify(policy));
  return place;
}

async function loadedCluster(): Promise<TestCluster> {
  const share = OBJECTS / 35_000;
  const shape: Shape = {
    namespaces: Math.ceil(1000 * share),
    services: Math.ceil(10_000 * share),
    ingresses: Math.ceil(5000 * share),
    deployments: Math.ceil(20_000 * share),
  };
  const cluster = await startTestCluster();
  logToStderr(`loading ${OBJECTS} objects into the API server`);
  await createAll(cluster.controlPlane, namespaces(shape));
  await createAll(cluster.controlPlane, objects(shape));
  return cluster;
}

/** A runtime compiles, and its heap takes its size, in the first seconds of each kind of review. */
async function warmUp(servers: readonly Server[], load: string, tls: Tls, dir: string): Promise<void> {
  logToStderr('warming up');
  const body = join(dir, 'warm-up.json');
  for (const one of CASES) {
    writeFileSync(body, JSON.stringify(one.review));
    for (const server of servers) await measure(server, one, { load, tls, body, connections: 8 }, WARM_UP_SECONDS);
  }
}

async function measureAll(
  servers: readonly Server[],
  load: string,
  tls: Tls,
  dir: string,
): Promise<readonly Measured[]> {
  const wanted = flags.cases?.split(',');
  const measured: Measured[] = [];
  for (const one of CASES.filter(({ id }) => wanted === undefined || wanted.includes(id))) {
    const body = join(dir, `${one.id}.json`);
    writeFileSync(body, JSON.stringify(one.review));
    for (const connections of one.connections) {
      const rounds = new Map<string, Figures[]>(servers.map(({ name }) => [name, []]));
      for (let round = 1; round <= ROUNDS; round += 1) {
        for (const server of servers) {
          logToStderr(`${one.id}, ${connections} connections, round ${round}: ${server.name}`);
          rounds.get(server.name)?.push(await measure(server, one, { load, tls, body, connections }));
        }
      }
      for (const [server, figures] of rounds) measured.push({ server, caseId: one.id, connections, rounds: figures });
    }
  }
  return measured;
}

interface Load {
  readonly load: string;
  readonly tls: Tls;
  readonly body: string;
  readonly connections: number;
}

async function measure(
  server: Server,
  { webhook }: Case,
  { load, tls, body, connections }: Load,
  seconds = SECONDS,
): Promise<Figures> {
  const words = [
    `--port=${server.port}`,
    `--ca=${join(tls.dir, 'ca.crt')}`,
    `--path=${server.paths[webhook]}`,
    `--body=${body}`,
    `--connections=${connections}`,
    `--duration=${seconds}s`,
  ];
  const before = cpuSeconds(server.pid);
  const { stdout } = await run(load, words);
  const seen = JSON.parse(stdout) as Omit<Figures, 'cpuMicros'> & { readonly sent: number };
  if (seen.bad > 0)
    throw new Error(`${server.name} answered ${seen.bad} of ${seen.answers} with another status than 200`);
  return { ...seen, cpuMicros: ((cpuSeconds(server.pid) - before) / seen.sent) * 1e6 };
}

/** Of all threads, user and system; Linux counts hundredths. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

function keep(pid: number, core: string): void {
  if (cpus().length < 2) return;
  execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', core, String(pid)], { stdio: 'ignore' });
}

function pageOf(
  measured: readonly Measured[],
  memory: readonly { readonly name: string; readonly mebibytes: number }[],
): string {
  const groups = Map.groupBy(measured, ({ caseId, connections }) => `${caseId} ${connections}`);
  const tables = [...groups.values()].map((all) => `## ${titleOf(all)}\n\n${tableOf(all, BARE)}`);
  const [cpu] = cpus();
  return `# What the webhooks do

Written by \`npm run bench:webhooks -- --write\`; nothing here is typed by hand. Every server is sent the same reviews over HTTPS on
keep-alive connections in turn, ${ROUNDS} rounds of ${SECONDS} s each after a second of warming up, all kinds of review having come for two
seconds before. The server has one core, the load
another. Medians of the rounds; ratios are taken round by round, with the least and the most. Only ratios of one run can be compared.

The guard is compiled, with the V8 flags of the image and the heap that V8 takes in the container of deploy/base, every rule on, metrics and the log of level info, and ${OBJECTS.toLocaleString('en')} objects of a real
API server in its view. The webhooks of controller-runtime and of Pepr decide three things: they annotate Services, refuse a * in
the middle of a path, and warn of argocd-server (\`bench/peers/\`). The bare server and express parse the review and allow it.

Machine: ${cpu?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}.

${tables.join('\n\n')}

## Resident memory after all that

| server | MiB |
| --- | --: |
${memory.map(({ name, mebibytes }) => `| ${name} | ${Math.round(mebibytes)} |`).join('\n')}
`;
}

function titleOf([first]: readonly Measured[]): string {
  const one = CASES.find(({ id }) => id === first?.caseId);
  return `${one?.webhook}: ${one?.what}, ${first?.connections} connections`;
}

function write(page: string, measured: readonly Measured[]): void {
  const eight = measured.filter(({ connections }) => connections === 8);
  const groups = [...Map.groupBy(eight, ({ caseId }) => caseId).values()].map((all) => ({ title: titleOf(all), all }));
  writeFileSync(new URL('results.svg', import.meta.url), pictureOf(groups));
  const picture = '![Requests a second of each server, case by case](results.svg)\n';
  writeFileSync(new URL('RESULTS.md', import.meta.url), page.replace('\nMachine:', `\n${picture}\nMachine:`));
  const ours = eight.filter(({ server }) => server === OURS);
  for (const one of ours) {
    const bare = eight.find(({ server, caseId }) => server === BARE && caseId === one.caseId);
    if (bare !== undefined) print(`${one.caseId}: ${ratioOf(one, bare).median.toFixed(2)} of the bare server`);
  }
  print(
    `written; median of the guard's CPU: ${median(ours.flatMap(({ rounds }) => rounds.map(({ cpuMicros }) => cpuMicros))).toFixed(0)} µs a request`,
  );
}

await main();
