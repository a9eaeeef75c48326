// The demo: the real server on loopback, the article's own objects, a cluster with the add-on off and then on. What it
// prints after `$ kubectl apply` is what kubectl would print.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type GuardProcess, startGuard } from '../test/support/guard-process.ts';
import type { RawObject } from '../test/support/objects.ts';
import { createReviewClient, type ReviewClient, type ReviewResponse, reviewOf } from '../test/support/reviews.ts';

interface Step {
  readonly file: string;
  /** What the answer means to the person who typed the command. */
  readonly meaning: string;
}

const SERVICE = 'examples/argocd-service.yaml';
const SERVER = 'examples/argocd-server.yaml';
const SERVER_INSECURE = 'examples/argocd-server-insecure.yaml';
const INGRESS = 'examples/argocd-ingress.yaml';

const OFF: readonly Step[] = [
  {
    file: INGRESS,
    meaning:
      'Without the guard it would have been stored and waited forever: no address, no event, no log.\nThe command in the answer turns the add-on on; after it, the same apply passes.',
  },
];

const ON: readonly Step[] = [
  { file: INGRESS, meaning: 'The add-on is on: there is nothing to say.' },
  {
    file: SERVICE,
    meaning:
      'A ClusterIP Service is no backend without NEGs, so the guard asked for them, as GKE itself does on most clusters.',
  },
  {
    file: SERVER,
    meaning:
      'The kubelet would follow the redirect and call the Pod Ready; Google takes only 200, and users would see 502.\nA warning, because the object is valid and might never be behind an Ingress.',
  },
  {
    file: SERVER_INSECURE,
    meaning: 'With --insecure /healthz answers 200 over plain HTTP: the backend will be HEALTHY.',
  },
];

async function main(): Promise<void> {
  heading('1. The HTTP load balancing add-on of the cluster is OFF');
  await play(readFileSync('examples/addon-off.yaml', 'utf8'), OFF);
  heading('2. The add-on is ON');
  await play(readFileSync('examples/addon-on.yaml', 'utf8'), ON);
  print('\nTry also: npm run -s guard -- check examples --facts examples/addon-off.yaml');
}

async function play(facts: string, steps: readonly Step[]): Promise<void> {
  const guard = await startGuard({ facts, args: ['--drain-seconds=0'] });
  const client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
  print(`   (guard serving on https://127.0.0.1:${guard.webhookPort}, certificate by a throw-away CA)`);
  const stored = new Map<string, RawObject>();
  for (const step of steps) await apply(step, client, stored);
  client.close();
  await stopped(guard);
}

/** As the API server does it: mutate, apply the patch, validate. */
async function apply({ file, meaning }: Step, client: ReviewClient, stored: Map<string, RawObject>): Promise<void> {
  const object: RawObject = parse(readFileSync(file, 'utf8'));
  const old = stored.get(resourceOf(object));
  const options = old === undefined ? {} : { old };
  const mutated = await client.review('mutate', reviewOf(object, options));
  const patched = applyPatch(object, mutated);
  const validated = await client.review('validate', reviewOf(patched, options));
  print(`\n$ kubectl apply -f ${file}`);
  for (const warning of [...(mutated.warnings ?? []), ...(validated.warnings ?? [])]) print(`Warning: ${warning}`);
  if (validated.allowed) {
    stored.set(resourceOf(object), patched);
    print(`${resourceOf(object)} ${old === undefined ? 'created' : 'configured'}`);
  } else {
    print(
      `Error from server (Forbidden): error when creating "${file}": admission webhook ` +
        `"validate.gke-ingress-guard.dev" denied the request: ${validated.status?.message}`,
    );
  }
  if (mutated.patch !== undefined) print(`  + metadata.annotations: ${JSON.stringify(annotationsOf(patched))}`);
  for (const line of meaning.split('\n')) print(`  → ${line}`);
}

interface Annotated {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

function annotationsOf(object: RawObject): unknown {
  return (object as unknown as Annotated).metadata.annotations;
}

/** The guard only ever adds one annotation, or the map with that one. */
function applyPatch(object: RawObject, { patch }: ReviewResponse): RawObject {
  if (patch === undefined) return object;
  const copy = structuredClone(object) as { metadata: { annotations?: Record<string, string> } };
  for (const { path, value } of JSON.parse(Buffer.from(patch, 'base64').toString('utf8'))) {
    if (path === '/metadata/annotations') copy.metadata.annotations = value;
    else copy.metadata.annotations = { ...copy.metadata.annotations, 'cloud.google.com/neg': value };
  }
  return copy as unknown as RawObject;
}

function resourceOf(object: RawObject): string {
  const { apiVersion, kind, metadata } = object as unknown as {
    apiVersion: string;
    kind: string;
    metadata: { name: string };
  };
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return `${kind.toLowerCase()}${group}/${metadata.name}`;
}

async function stopped(guard: GuardProcess): Promise<void> {
  const { code } = await guard.stop();
  if (code !== 0) throw new Error(`the guard ended with exit code ${code}`);
}

function heading(text: string): void {
  print(`\n${text}\n${'='.repeat(text.length)}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
