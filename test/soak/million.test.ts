// A million reviews, each of an object that nobody has sent before, on connections that come and go: what one review leaves
// behind would show here. Prints what it saw, for the record.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Manifest } from '../../bench/scale/objects.ts';
import { openReviewConnection, questionOf } from '../../bench/scale/review-connection.ts';
import { IMAGE_FLAGS } from '../support/attacks.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { argocdServer, ingressOf, pathTo, service } from '../support/objects.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const REVIEWS = 1_000_000;
const CONNECTIONS = 8;
/** Reviews on one connection. */
const CONNECTION_REVIEWS = 1000;
const SAMPLES = 20;
/** The first fifth warms up: V8 compiles, and its heap takes its size. */
const WARM = SAMPLES / 5;
const FACTS = `apiVersion: gke-ingress-guard.dev/v1
kind: ClusterFacts
httpLoadBalancing: enabled
vpcNative: true
`;

/** As the bench has them: annotated, refused, passed and warned of. */
const OBJECTS = [
  { path: '/mutate', object: service() },
  { path: '/validate', object: ingressOf([pathTo('/shop*/cart', 'Prefix')]) },
  { path: '/validate', object: ingressOf([pathTo('/*', 'ImplementationSpecific')]) },
  { path: '/validate', object: argocdServer() },
] as const;

function questionAt(index: number): Buffer {
  const { path, object } = OBJECTS[index % OBJECTS.length] ?? OBJECTS[0];
  // Every object of test/support/objects.ts has what a manifest has.
  const { metadata, ...rest } = object as unknown as Manifest;
  const [name, namespace] = [`object-${index}`, `namespace-${index % 5000}`];
  return questionOf(path, { ...rest, metadata: { ...metadata, name, namespace } } as Manifest);
}

interface Sample {
  readonly residentMiB: number;
  /** Lines of the guard's own; Node.js' come and go with the kinds of what is open. */
  readonly metrics: number;
}

async function look({ pid, healthPort }: GuardProcess): Promise<Sample> {
  const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  const metrics = await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text();
  const own = metrics.split('\n').filter((line) => line.startsWith('guard_'));
  return { residentMiB: Math.round(Number(kibibytes) / 1024), metrics: own.length };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

it('leaves nothing behind', async () => {
  const guard = await startGuard({
    facts: FACTS,
    args: ['--drain-seconds=0'],
    program: [...IMAGE_FLAGS, PROGRAM],
    keepsLog: false,
  });
  onTestFinished(() => guard.stop().then(() => undefined));
  const samples: Sample[] = [];
  let sent = 0;
  const work = async (until: number): Promise<void> => {
    while (sent < until) {
      const connection = await openReviewConnection(guard.webhookPort, guard.caPem);
      for (let count = 0; count < CONNECTION_REVIEWS && sent < until; count += 1) {
        sent += 1;
        await connection.ask(questionAt(sent));
      }
      connection.close();
    }
  };
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => work((REVIEWS / SAMPLES) * sample)));
    samples.push(await look(guard));
  }
  process.stdout.write(`${sent} reviews: ${JSON.stringify(samples)}\n`);
  const [early, late] = [samples.slice(WARM, WARM * 3), samples.slice(-WARM * 2)];
  const resident = (of: readonly Sample[]): number => median(of.map(({ residentMiB }) => residentMiB));
  expect(resident(late)).toBeLessThan(resident(early) * 1.1);
  expect(new Set(samples.slice(1).map(({ metrics }) => metrics)).size).toBe(1);
});
