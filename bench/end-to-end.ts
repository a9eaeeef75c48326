// `npm run bench:end-to-end`: what admission adds to a create through a real API server. In one run and in turn: no webhook, one
// that does nothing, the compiled guard, Pepr, and the same three decisions as admission policies in CEL, which run in the API
// server itself. Each has a namespace of its own, so that all are there all the time. `-- --write` writes bench/END-TO-END.md.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { collectionPath } from '../test/cluster/api-paths.ts';
import type { ControlPlane } from '../test/cluster/control-plane.ts';
import { startTestCluster } from '../test/cluster/test-cluster.ts';
import { policiesFor, webhooksFor } from './end-to-end/configurations.ts';
import { CREATES, type Create } from './end-to-end/creates.ts';
import { type Server, startNode, startOurs, startPepr, throwAwayTls } from './webhooks/servers.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    /** A round. */
    objects: { type: 'string', default: '400' },
    write: { type: 'boolean', default: false },
  },
});
const ROUNDS = Number(flags.rounds);
const OBJECTS = Number(flags.objects);
/** A runtime compiles what is called often. */
const WARM_UP_ROUNDS = 3;
const AT_A_TIME = 8;
const NONE = 'none';
const NOTHING = 'nothing';

interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'guard-end-to-end-'));
  const tls = await throwAwayTls(join(dir, 'tls'));
  const cluster = await startTestCluster();
  const servers: Server[] = [];
  try {
    servers.push(await startNode(NOTHING, 'bare-server.ts', tls));
    servers.push(await startOurs('guard', tls, cluster.controlPlane.kubeconfig()));
    servers.push(await startPepr('pepr', 'info', tls));
    for (const name of [NONE, 'cel', ...servers.map((server) => server.name)])
      await cluster.client.createNamespace(name);
    const configurations = [...servers.flatMap((server) => webhooksFor(server, tls.caPem)), ...policiesFor('cel')];
    for (const one of configurations) {
      const { status, body } = await cluster.client.create(one);
      if (status !== 201) throw new Error(`${one.kind} ${String(one.metadata['name'])}: ${JSON.stringify(body)}`);
    }
    const names = [NONE, NOTHING, 'guard', 'cel', 'pepr'];
    await untilInForce(cluster.controlPlane, names);
    const page = pageOf(await measureAll(cluster.controlPlane, names));
    process.stdout.write(page);
    if (flags.write) writeFileSync(fileURLToPath(new URL('END-TO-END.md', import.meta.url)), page);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await cluster.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The API server takes up webhooks and policies a moment after they are stored: the refused Ingress tells. */
async function untilInForce(controlPlane: ControlPlane, names: readonly string[]): Promise<void> {
  const refused = CREATES.find(({ isRefused }) => isRefused);
  if (refused === undefined) throw new TypeError('one create is refused');
  const client = createClient(controlPlane);
  const deadlineMs = performance.now() + 60_000;
  for (const name of names.filter((one) => one !== NONE && one !== NOTHING)) {
    while ((await client.create(refused.make(name, `probe-${Math.random().toString(36).slice(2)}`))).status === 201) {
      if (performance.now() > deadlineMs) throw new Error(`${name} refuses nothing after a minute.`);
    }
  }
  client.end();
}

type Measured = ReadonlyMap<Create, ReadonlyMap<string, readonly Figures[]>>;

async function measureAll(controlPlane: ControlPlane, names: readonly string[]): Promise<Measured> {
  const measured = new Map<Create, Map<string, Figures[]>>();
  for (const create of CREATES) {
    const byName = new Map<string, Figures[]>(names.map((name) => [name, []]));
    for (let round = 1 - WARM_UP_ROUNDS; round <= ROUNDS; round += 1) {
      for (const name of names) {
        const figures = await measure(controlPlane, create, name, round);
        if (round > 0) byName.get(name)?.push(figures);
      }
    }
    measured.set(create, byName);
  }
  return measured;
}

async function measure(controlPlane: ControlPlane, create: Create, name: string, round: number): Promise<Figures> {
  const client = createClient(controlPlane);
  const decides = name !== NONE && name !== NOTHING;
  const expected = create.isRefused && decides ? [400, 403, 422] : [201];
  const queue = Array.from({ length: OBJECTS }, (_, index) =>
    create.make(name, `${create.id}-${round + WARM_UP_ROUNDS}-${index}`),
  ).values();
  const tookMs: number[] = [];
  const startedMs = performance.now();
  const work = async (): Promise<void> => {
    for (const object of queue) {
      const beganMs = performance.now();
      const { status, text } = await client.create(object);
      if (!expected.includes(status)) throw new Error(`${name}, ${create.what}: ${status} ${text}`);
      tookMs.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  const seconds = (performance.now() - startedMs) / 1000;
  client.end();
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { perSecond: OBJECTS / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

interface Client {
  create(object: ReturnType<Create['make']>): Promise<{ readonly status: number; readonly text: string }>;
  end(): void;
}

function createClient({ url, caPem, adminCert, adminKey }: ControlPlane): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME, ca: caPem, cert: adminCert, key: adminKey });
  return {
    create: (object) =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json' };
        const target = new URL(`${collectionPath(object)}?fieldManager=kubectl-client-side-apply`, url);
        const outgoing = request(target, { agent, method: 'POST', headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          );
        });
        outgoing.on('error', reject);
        outgoing.end(JSON.stringify(object));
      }),
    end: () => agent.destroy(),
  };
}

const LABELS: Readonly<Record<string, string>> = {
  [NONE]: 'no webhook',
  [NOTHING]: 'a webhook that does nothing',
  guard: 'gke-ingress-guard, every rule',
  cel: 'admission policies in CEL, three decisions',
  pepr: 'Pepr 1.1.4, three decisions',
};

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function pageOf(measured: Measured): string {
  const tables = [...measured].map(([{ what }, byName]) => {
    const of = (name: string, figure: keyof Figures): number =>
      median((byName.get(name) ?? []).map((figures) => figures[figure]));
    const added = (name: string): number => of(name, 'p50Ms') - of(NONE, 'p50Ms');
    const rows = [...byName.keys()].map((name) => {
      const words = name === NONE ? ['', ''] : [added(name).toFixed(2), (added(name) / added(NOTHING)).toFixed(2)];
      const [perSecond, p50, p99] = [
        of(name, 'perSecond').toFixed(0),
        of(name, 'p50Ms').toFixed(2),
        of(name, 'p99Ms').toFixed(2),
      ];
      return `| ${[LABELS[name] ?? name, perSecond, p50, p99, ...words].join(' | ')} |`;
    });
    return [
      `## ${what}`,
      '',
      '| admission | creates a second | p50 ms | p99 ms | added at p50, ms | of a webhook that does nothing |',
      '| --- | --: | --: | --: | --: | --: |',
      ...rows,
    ].join('\n');
  });
  const memory = Math.round(totalmem() / 2 ** 30);
  return `# What admission adds to a create

Written by \`npm run bench:end-to-end -- --write\`. ${AT_A_TIME} clients create ${OBJECTS} objects a round through a real kube-apiserver and
etcd on the same machine, ${ROUNDS} rounds in turn after ${WARM_UP_ROUNDS} of warming up; medians of the rounds. A create goes to the mutating and to the
validating webhook, as far as its kind is in their rules. API server, etcd, webhooks and clients share the cores, so that only ratios
of one run can be compared. What is refused is not stored, and so quicker than what is.

Machine: ${cpus()[0]?.model ?? ''}, ${cpus().length} cores, ${memory} GiB, Linux ${release()}, Node ${process.version}.

${tables.join('\n\n')}
`;
}

await main();
