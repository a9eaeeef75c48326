// Sequences in a cluster where the controllers run: one for all, so that each step waits for them but once.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONTROLLER_DEFAULTS } from '../../src/facts/facts.ts';
import { logToStderr } from '../cluster/go-programs.ts';
import { batchesOf, type ControllerCase, type Flags, type RawObject } from './case.ts';
import { type ControllerCluster, startControllerCluster, type Written } from './cluster.ts';
import { predictedDifferences } from './predicted-change.ts';
import { findPrograms, type Programs } from './programs.ts';
import { SEQUENCES } from './sequence-cases.ts';
import { type State, stateOf, storedIn } from './sequences.ts';

const FLAGS: Flags = { ...CONTROLLER_DEFAULTS, enableIngressRegionalExternal: true };

let programs: Programs;
let cluster: ControllerCluster;
let last: Written;
/** What was found after creation and after each step, by the name of the sequence. */
const found = new Map<string, State[]>();
/** What was stored then, by the same names. */
const stored = new Map<string, (readonly RawObject[])[]>();

beforeAll(async () => {
  programs = await findPrograms();
  if (!programs.ok) return;
  const cases = SEQUENCES.map(({ name, objects }): ControllerCase => ({ name, objects, flags: FLAGS }));
  const [batch] = batchesOf(cases, cases.length);
  if (batch === undefined) throw new Error('There are no sequences.');
  cluster = await startControllerCluster(programs.program, batch, logToStderr);
  expect(cluster.refused).toEqual([]);
  const longest = Math.max(...SEQUENCES.map(({ steps }) => steps.length));
  await record(batch.cases, await cluster.settle());
  for (let index = 0; index < longest; index++) {
    await Promise.all(
      SEQUENCES.map(async ({ steps }, position) => {
        await steps[index]?.change(cluster.store, (kind, name) => find(batch.cases[position], kind, name));
      }),
    );
    await record(batch.cases, await cluster.settle());
  }
});

afterAll(() => cluster?.stop());

async function record(cases: readonly ControllerCase[], written: Written): Promise<void> {
  last = written;
  for (const [index, { name }] of SEQUENCES.entries()) {
    const namespace = cases[index]?.objects[0]?.metadata.namespace ?? '';
    const states = found.get(name) ?? [];
    found.set(name, [...states, await stateOf(namespace, cluster, written, FLAGS)]);
    const system = await storedIn(cluster.store, 'kube-system');
    stored.set(name, [...(stored.get(name) ?? []), [...(await storedIn(cluster.store, namespace)), ...system]]);
  }
}

function find(one: ControllerCase | undefined, kind: string, name: string): RawObject {
  const object = one?.objects.find(({ kind: its, metadata }) => its === kind && metadata.name === name);
  if (object === undefined) throw new Error(`The sequence has no ${kind} ${name}.`);
  return object;
}

it.for(SEQUENCES)('$name', ({ name, created, steps }, { skip }) => {
  if (!programs.ok) skip(programs.why);
  const states = found.get(name) ?? [];
  const expected = [{ what: 'created', ...created }, ...steps.map(({ what, expected: then }) => ({ what, ...then }))];
  expect(expected.map(({ what }, index) => ({ what, ...states[index] }))).toEqual(expected);
});

it.for(SEQUENCES)('$name: the plan before beside the plan after says what stays', ({ name, steps }, { skip }) => {
  if (!programs.ok) skip(programs.why);
  const [created = [], ...after] = stored.get(name) ?? [];
  const predicted = steps.map(({ what }, index) => [what, predictedDifferences(created, after[index] ?? [], FLAGS)]);
  // Of a CDN that stays on, more stays than a plan has names for.
  const isPlanned = (line: string): boolean => !line.includes(': nothing | ');
  const seen = steps.map(({ what }, index) => [what, found.get(name)?.[index + 1]?.differs.filter(isPlanned)]);
  expect(predicted).toEqual(seen);
});

// Their names have no namespace in them (pkg/utils/namer SSLCertName), so they are counted over all sequences.
it('leave no certificate of a Secret behind: one Ingress with TLS is left', ({ skip }) => {
  if (!programs.ok) skip(programs.why);
  expect(last.google.certificates).toHaveLength(1);
});
