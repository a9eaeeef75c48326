// Rule port-named-both-ways, with the controllers as judge: where it finds something, a backend service is written anew at every
// sync, though nobody changes anything; where it finds nothing, none is; and once its fixes are carried out, none is any more.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Finding } from '../../src/judge/finding.ts';
import type { Edit } from '../../src/judge/fix.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import { objectPath } from '../cluster/api-paths.ts';
import { logToStderr } from '../cluster/go-programs.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { factsOf } from '../support/facts.ts';
import { checked } from '../support/world.ts';
import { type Batch, batchesOf, type RawObject } from './case.ts';
import { type ControllerCluster, startControllerCluster } from './cluster.ts';
import { findPrograms, type Programs } from './programs.ts';
import { specialCases } from './special-cases.ts';

const RULE = 'port-named-both-ways';
const DEADLINE = { timeoutMs: 120_000, intervalMs: 250 };

/** By the name of the case, without its "special": the Ingresses that get a finding. */
const CASES: Readonly<Record<string, readonly string[]>> = {
  'a port by name here and by number there': ['web'],
  'a port by name in one Ingress and by number in another': ['other'],
  'a port by name in an external Ingress and by number in an internal one': [],
  'a named targetPort': [],
};

let programs: Programs;
let batch: Batch;
let cluster: ControllerCluster | undefined;

beforeAll(async () => {
  programs = await findPrograms();
  if (!programs.ok) return;
  const cases = Object.keys(CASES).map((name) => {
    const found = specialCases().find((one) => one.name === `special ${name}`);
    if (found === undefined) throw new Error(`There is no case "${name}".`);
    return found;
  });
  const [first] = batchesOf(cases, cases.length);
  if (first === undefined) throw new Error('There are no cases.');
  batch = first;
  cluster = await startControllerCluster(programs.program, batch, logToStderr);
  expect(cluster.refused).toEqual([]);
});

afterAll(() => cluster?.stop());

function findingsOf(objects: readonly RawObject[]): readonly Finding[] {
  const parsed = objects.flatMap((raw) => parseObject(raw) ?? []);
  const { findings } = checked(parsed, { facts: factsOf({ httpLoadBalancing: 'enabled', controller: batch.flags }) });
  return findings.filter(({ rule }) => rule === RULE);
}

/** How often the backend services of each case have been written, in the order of the cases. */
async function writtenIn({ controller }: ControllerCluster): Promise<readonly number[]> {
  const { backendServices } = await controller.google();
  return batch.cases.map(({ objects }) => {
    // The controller writes into the description whose it is.
    const own = backendServices.filter(({ description = '' }) =>
      description.includes(`"${objects[0]?.metadata.namespace}/`),
    );
    if (own.length === 0) throw new Error(`Google has no backend service of ${objects[0]?.metadata.namespace}.`);
    return own.reduce((total, { fingerprint }) => total + Number(fingerprint ?? 0), 0);
  });
}

const ROUNDS = 3;

/** Until each Ingress has been synced so many times more, with nobody changing anything. */
async function rounds({ controller }: ControllerCluster): Promise<void> {
  const before = (await controller.syncs()).ingresses;
  await waitFor(
    'the controller to look at every Ingress again',
    async () => (await controller.syncs()).ingresses,
    (now) => Object.entries(before).every(([key, { started }]) => (now[key]?.finished ?? 0) >= started + ROUNDS),
    DEADLINE,
  );
}

async function writesPerCase(running: ControllerCluster): Promise<readonly number[]> {
  await running.settle();
  const before = await writtenIn(running);
  await rounds(running);
  return (await writtenIn(running)).map((now, index) => now - (before[index] ?? 0));
}

/** As kubectl patch --type=json takes them. */
const patchOf = (edits: readonly Edit[]): readonly object[] =>
  edits.map((edit) => {
    const path = `/${edit.path.join('/')}`;
    return edit.operation === 'remove' ? { op: 'remove', path } : { op: 'add', path, value: edit.value };
  });

it('is found where the controller writes a backend service anew at every sync, and its fix ends that', {
  timeout: 240_000,
}, async ({ skip }) => {
  if (!programs.ok) skip(programs.why);
  if (cluster === undefined) throw new Error('There is no cluster.');
  const told = batch.cases.map(({ objects }) => findingsOf(objects));
  expect(told.map((findings) => findings.map(({ object }) => object.metadata.name))).toEqual(Object.values(CASES));
  const isTold = told.map((findings) => findings.length > 0);
  expect((await writesPerCase(cluster)).map((writes) => writes >= ROUNDS)).toEqual(isTold);

  for (const { fix, object } of told.flat()) {
    await cluster.store.must('PATCH', objectPath(object), patchOf(fix.edits), 'application/json-patch+json');
  }
  expect(await writesPerCase(cluster)).toEqual(batch.cases.map(() => 0));
});
