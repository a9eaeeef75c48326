// The policy neg.onUpdate on a real API server, with the real clients that write a Service again and again: what was stored
// while the guard was away is healed or left alone, what is dropped comes back in the same request, and nobody loops.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../src/kubernetes/read.ts';
import type { GuardProcess } from '../support/guard-process.ts';
import { ingress, service } from '../support/objects.ts';
import { type ApiClient, type ApiResponse, type KubeObject, mustSucceed } from './api-client.ts';
import { deployGuard, factsText } from './deployed-guard.ts';
import { type Sync, type SyncPrograms, syncPrograms } from './sync-programs.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const NEG = 'cloud.google.com/neg';
const ROUNDS = 10;

let cluster: TestCluster;
let client: ApiClient;
let guard: GuardProcess;
let programs: SyncPrograms;
let policyDir: string;

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects
const serviceOf = (namespace: string, name: string): KubeObject => object(service({ namespace, name }));

async function stored(ref: KubeObject): Promise<{ readonly neg: unknown; readonly version: unknown }> {
  const { body } = await mustSucceed(client.get(ref));
  return { neg: at(body, 'metadata', 'annotations', NEG), version: at(body, 'metadata', 'resourceVersion') };
}

async function repeat(rounds: number, sync: Sync, ref: KubeObject): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let round = 0; round < rounds; round += 1) lines.push(...(await sync(ref)));
  return lines;
}

interface Client {
  /** As often as asked; the lines that it says. */
  readonly write: (ref: KubeObject, rounds: number) => Promise<readonly string[]>;
  /** False where it finds by itself that nothing changed, and then sends no request that could be healed. */
  readonly sendsUnchanged: boolean;
  /** Left out: it creates what is not there. */
  readonly updatesOnly?: true;
  /** What each of the rounds says that changes nothing. */
  readonly says: RegExp;
}

const kubectl =
  (...args: readonly string[]): Client['write'] =>
  (ref, rounds) =>
    repeat(rounds, programs.kubectl(...args, '-f', '-'), ref);
const argocd =
  (way: 'apply' | 'server-side' | 'replace'): Client['write'] =>
  (ref, rounds) =>
    programs.argocd(way, rounds)(ref);

/** Sends a whole object in the place of the stored one, as an operator does that knows no annotation of others. */
async function replaceAsOperator(ref: KubeObject): Promise<readonly string[]> {
  const { body } = await mustSucceed(client.get(ref));
  const old = body as KubeObject;
  const metadata = { ...ref.metadata, resourceVersion: old.metadata['resourceVersion'] };
  const spec = { ...(old['spec'] as object), ...(ref['spec'] as object) };
  await mustSucceed(client.update({ ...ref, metadata, spec }, { fieldManager: 'operator' }));
  return ['updated'];
}

const CLIENTS: Readonly<Record<string, Client>> = {
  'kubectl apply': { write: kubectl('apply'), sendsUnchanged: false, says: /^service\/\S+ unchanged$/ },
  'kubectl apply --server-side': {
    write: kubectl('apply', '--server-side'),
    sendsUnchanged: true,
    says: /^service\/\S+ serverside-applied$/,
  },
  'kubectl replace': {
    write: kubectl('replace'),
    sendsUnchanged: true,
    updatesOnly: true,
    says: /^service\/\S+ replaced$/,
  },
  'a JSON merge patch': {
    write: (ref, rounds) => repeat(rounds, patchWhole, ref),
    sendsUnchanged: true,
    updatesOnly: true,
    says: /^patched$/,
  },
  'an operator that replaces': {
    write: (ref, rounds) => repeat(rounds, replaceAsOperator, ref),
    sendsUnchanged: true,
    updatesOnly: true,
    says: /^updated$/,
  },
  Flux: { write: (ref, rounds) => programs.flux(rounds)(ref), sendsUnchanged: true, says: /^unchanged$/ },
  'Argo CD': { write: argocd('apply'), sendsUnchanged: false, says: /^in sync: Synced .* unchanged/ },
  'Argo CD, ServerSideApply=true': {
    write: argocd('server-side'),
    sendsUnchanged: true,
    says: /^in sync: Synced .* serverside-applied/,
  },
  'Argo CD, Replace=true': { write: argocd('replace'), sendsUnchanged: true, says: /^in sync: Synced .* replaced/ },
};

async function patchWhole(ref: KubeObject): Promise<readonly string[]> {
  await mustSucceed(client.patch(ref, ref, { type: 'merge' }));
  return ['patched'];
}

/** With the client itself where it can, and once more, so that it has written all that it ever does. */
async function create({ write, updatesOnly }: Client, ref: KubeObject): Promise<void> {
  if (updatesOnly) await mustSucceed(client.create(ref, { fieldManager: 'operator' }));
  else await write(ref, 1);
  await write(ref, 1);
}

async function expectRest({ write, says }: Client, ref: KubeObject, neg: string | undefined): Promise<void> {
  const before = await stored(ref);
  expect(before.neg).toBe(neg);
  const lines = await write(ref, ROUNDS);
  expect(lines).toHaveLength(ROUNDS);
  for (const line of lines) expect(line).toMatch(says);
  expect(await stored(ref)).toEqual(before);
}

async function givePolicy(onUpdate: 'restore' | 'heal'): Promise<void> {
  const seen = guard.log.length;
  writeFileSync(join(policyDir, 'guard.yaml'), policyText(onUpdate));
  await waitFor(
    'the guard to take up the policy',
    async () => guard.log.slice(seen).some(({ msg }) => msg === 'took up a change of the policy'),
    (isTaken) => isTaken,
  );
}

function policyText(onUpdate: 'restore' | 'heal'): string {
  return `apiVersion: gke-ingress-guard.dev/v1\nkind: GuardPolicy\nneg: { onUpdate: ${onUpdate} }\n`;
}

function warningsOf({ warnings }: ApiResponse): readonly string[] {
  return warnings.filter((warning) => warning.includes('[neg-injection]'));
}

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]+/g, '-');

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  programs = await syncPrograms(cluster.controlPlane);
  for (const namespace of ['away', 'there', 'shop', 'other']) await client.createNamespace(namespace);
  for (const [name, one] of Object.entries(CLIENTS)) await create(one, serviceOf('away', slug(name)));
  for (const name of ['behind', 'left']) await mustSucceed(client.create(serviceOf('shop', name)));
  await mustSucceed(client.create(object(service({ namespace: 'shop', name: 'node-port', type: 'NodePort' }))));
  policyDir = mkdtempSync(join(tmpdir(), 'guard-policy-'));
  writeFileSync(join(policyDir, 'guard.yaml'), policyText('restore'));
  guard = await deployGuard(client, {
    facts: factsText('httpLoadBalancing: enabled\nvpcNative: true'),
    kubeconfig: cluster.controlPlane.kubeconfig(),
    args: [`--policy=${policyDir}`],
  });
});
afterAll(async () => {
  await guard?.stop();
  await cluster?.stop();
  rmSync(policyDir, { recursive: true, force: true });
});

describe.each(Object.entries(CLIENTS))('%s', (name, one) => {
  const away = serviceOf('away', slug(name));
  const there = serviceOf('there', slug(name));

  test('under restore leaves alone what was stored while the guard was away', async () => {
    await expectRest(one, away, undefined);
  });

  test('keeps what was injected at its creation, and changes nothing in ten more rounds', async () => {
    await create(one, there);
    await expectRest(one, there, '{"ingress": true}');
  });
});

describe('under heal', () => {
  beforeAll(() => givePolicy('heal'));

  describe.each(Object.entries(CLIENTS))('%s', (name, one) => {
    const away = serviceOf('away', slug(name));
    const there = serviceOf('there', slug(name));

    test('heals what was stored while the guard was away, and changes nothing in ten more rounds', async () => {
      const [line = ''] = await one.write(away, 1);
      if (one.sendsUnchanged) {
        if (name === 'Flux') expect(line).toBe('configured');
        await expectRest(one, away, '{"ingress": true}');
        return;
      }
      // It asks nobody: the next request heals, whoever sends it.
      expect((await stored(away)).neg).toBeUndefined();
      await mustSucceed(client.patch(away, { metadata: { labels: { team: 'shop' } } }, { type: 'merge' }));
      await expectRest(one, away, '{"ingress": true}');
    });

    test('changes nothing of what was injected at its creation', async () => {
      await expectRest(one, there, '{"ingress": true}');
    });
  });

  const label = (ref: KubeObject, team: string): Promise<ApiResponse> =>
    mustSucceed(client.patch(ref, { metadata: { labels: { team } } }, { type: 'merge' }));

  test('the answer names the Ingress that starts to build, of its own namespace only', async () => {
    const behind = serviceOf('shop', 'behind');
    for (const namespace of ['shop', 'other']) {
      const raw = ingress({ namespace, name: `web-of-${namespace}`, class: 'gce', service: 'behind' });
      await mustSucceed(client.create(object(raw)));
    }
    const dryRun = { metadata: { labels: { team: 'dry' } } };
    await waitFor(
      'the guard to see the Ingress',
      () => client.patch(behind, dryRun, { type: 'merge', dryRun: true }),
      (answer) => warningsOf(answer).length > 0,
    );
    const answer = await label(behind, 'shop');
    expect(warningsOf(answer)).toEqual([
      'Service/shop/behind: it got cloud.google.com/neg: Ingress "web-of-shop" builds now, with all ' +
        "changes that waited; new Pods wait for Google's check [neg-injection]. " +
        `Fix: The value '{"ingress": false}' keeps it out for good`,
    ]);
    expect((await stored(behind)).neg).toBe('{"ingress": true}');
  });

  test('no other type is touched, and a change of the type heals nothing', async () => {
    const nodePort = serviceOf('shop', 'node-port');
    await label(nodePort, 'shop');
    expect((await stored(nodePort)).neg).toBeUndefined();
    await mustSucceed(client.patch(nodePort, { spec: { type: 'ClusterIP' } }, { type: 'merge' }));
    expect((await stored(nodePort)).neg).toBeUndefined();
    // From now on it was ClusterIP before.
    await label(nodePort, 'other');
    expect((await stored(nodePort)).neg).toBe('{"ingress": true}');
  });

  test('{"ingress": false} lasts, and any other removal does not, which its answer says', async () => {
    const left = serviceOf('shop', 'left');
    const annotate = (value: string | null): Promise<ApiResponse> =>
      mustSucceed(client.patch(left, { metadata: { annotations: { [NEG]: value } } }, { type: 'merge' }));
    expect(warningsOf(await annotate('{"ingress": false}'))).toEqual([]);
    for (let round = 0; round < ROUNDS; round += 1) await label(left, `team-${round}`);
    expect((await stored(left)).neg).toBe('{"ingress": false}');
    const [taken, ...none] = warningsOf(await annotate(null));
    expect(none).toEqual([]);
    expect(taken).toContain('its next update adds');
    expect(taken).toContain(`The value '{"ingress": false}' keeps it out for good`);
    expect((await stored(left)).neg).toBeUndefined();
    expect(warningsOf(await label(left, 'last'))).toEqual([]);
    expect((await stored(left)).neg).toBe('{"ingress": true}');
    const [back] = warningsOf(await annotate(null));
    expect(back).toContain('was put back');
    expect((await stored(left)).neg).toBe('{"ingress": true}');
  });
});
