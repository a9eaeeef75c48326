// `npm run bench`: /validate and /mutate of the real guard against a bare node:https server, alternating in one run on
// keep-alive connections. On shared machines only the ratio means anything.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAuthority } from '../test/support/certificates.ts';
import { startGuard } from '../test/support/guard-process.ts';
import { ingress, service } from '../test/support/objects.ts';
import { reviewOf } from '../test/support/reviews.ts';

const ROUNDS = 3;
const SECONDS = 4;
const CONNECTIONS = 8;
const LOAD = fileURLToPath(new URL('load.ts', import.meta.url));
const BARE = fileURLToPath(new URL('bare-server.ts', import.meta.url));
const FACTS = 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nhttpLoadBalancing: enabled\nvpcNative: true\n';

interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bad: number;
}

const dir = mkdtempSync(join(tmpdir(), 'guard-bench-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

async function measure(port: number, ca: string, path: string, body: string): Promise<Figures> {
  const words = [LOAD, String(port), ca, path, body, String(CONNECTIONS), String(SECONDS)];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout);
}

async function main(): Promise<void> {
  const guard = await startGuard({ facts: FACTS, args: ['--drain-seconds=0'], keepsLog: false });
  const authority = await createAuthority('bench');
  const { certPem, keyPem } = await authority.issue({ commonName: 'localhost', dnsNames: ['localhost'] });
  const bare = spawn(process.execPath, [BARE, file('bare.crt', certPem), file('bare.key', keyPem)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(bare.stdout, 'data');
  const barePort = Number(String(line));
  const guardCa = file('guard-ca.crt', guard.caPem);
  const bareCa = file('bare-ca.crt', authority.certPem);
  const managedFields = [
    {
      manager: 'kubectl',
      operation: 'Update',
      apiVersion: 'v1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:ports': {}, 'f:selector': {}, 'f:type': {} } },
    },
  ];
  const withFields = (raw: object): object => ({
    ...raw,
    metadata: { ...(raw as { metadata: object }).metadata, managedFields },
  });
  const bodies = {
    '/mutate': file('service.json', JSON.stringify(reviewOf({ ...withFields(service()) }))),
    '/validate': file('ingress.json', JSON.stringify(reviewOf({ ...withFields(ingress({ class: 'gce' })) }))),
  };
  for (const [path, body] of Object.entries(bodies)) {
    const ratios: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const a = await measure(barePort, bareCa, path, body);
      const b = await measure(guard.webhookPort, guardCa, path, body);
      ratios.push(b.perSecond / a.perSecond);
      process.stdout.write(
        `${path} round ${round}: bare ${inWords(a)}; guard ${inWords(b)}; ratio ${(b.perSecond / a.perSecond).toFixed(2)}\n`,
      );
    }
    const median = ratios.toSorted((x, y) => x - y)[Math.floor(ROUNDS / 2)] ?? 0;
    process.stdout.write(`${path}: median ratio ${median.toFixed(2)} of the bare server's throughput\n`);
  }
  bare.kill('SIGTERM');
  await guard.stop();
  rmSync(dir, { recursive: true, force: true });
}

function inWords({ perSecond, p50Ms, p99Ms, bad }: Figures): string {
  return `${Math.round(perSecond)}/s p50 ${p50Ms.toFixed(2)} ms p99 ${p99Ms.toFixed(2)} ms${bad > 0 ? ` BAD ${bad}` : ''}`;
}

await main();
