// The webhooks' matchConditions on a real API server, compared with the engine: what they spare a call would have been
// answered with nothing but "allowed". Updates are dry runs, so that each starts from the same stored object; the guard's
// own counters say which webhook was called.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Admission, admit, type Webhook } from '../../src/admission/admit.ts';
import { parseReview } from '../../src/admission/review.ts';
import { at } from '../../src/kubernetes/read.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Corridor } from '../../src/verdict/corridor.ts';
import { corridorOf, policyOf } from '../support/corridor.ts';
import { ADD_ON_OFF, factsOf } from '../support/facts.ts';
import type { GuardProcess } from '../support/guard-process.ts';
import { deployment, managedCertificate, type RawObject, service } from '../support/objects.ts';
import { reviewOf } from '../support/reviews.ts';
import { type ApiClient, type ApiResponse, type KubeObject, mustSucceed } from './api-client.ts';
import { collectionPath, objectPath } from './api-paths.ts';
import { crd, defineKinds } from './custom-kind.ts';
import { deployGuard, factsText } from './deployed-guard.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import {
  ADDS_A_FINALIZER,
  annotate,
  CONFIGURATIONS,
  EDITS,
  editSpec,
  goingOf,
  isSpared,
  NEG,
  STORED,
  WRITERS,
  writeStatus,
} from './update-cases.ts';

const FACTS = factsText('httpLoadBalancing: disabled\nvpcNative: true');

let cluster: TestCluster;
let client: ApiClient;
let guard: GuardProcess;

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  await client.createNamespace('shop');
  await defineKinds(client, ...CONFIGURATIONS.map((kind) => crd(kind)));
  for (const raw of Object.values(STORED)) {
    await mustSucceed(client.create(raw as KubeObject)); // the builders make whole objects
    await mustSucceed(client.create(goingOf(raw)));
    await mustSucceed(client.remove(goingOf(raw)));
  }
  guard = await deployGuard(client, FACTS);
});
afterAll(async () => {
  await guard?.stop();
  await cluster?.stop();
});

/** How often each webhook was asked so far. It counts before the API server has the answer. */
async function calls(): Promise<Readonly<Record<Webhook, number>>> {
  const text = await (await fetch(`http://${guard.address}:${guard.healthPort}/metrics`)).text();
  const sum = (webhook: Webhook): number =>
    [...text.matchAll(new RegExp(`^guard_admission_duration_seconds_count\\{.*webhook="${webhook}".*\\} (\\d+)`, 'gm'))]
      .map(([, count]) => Number(count))
      .reduce((total, count) => total + count, 0);
  return { mutate: sum('mutate'), validate: sum('validate') };
}

interface Asked {
  readonly response: ApiResponse;
  readonly webhooks: readonly Webhook[];
}

async function asked(request: () => Promise<ApiResponse>): Promise<Asked> {
  const before = await calls();
  const response = await request();
  const after = await calls();
  const webhooks = (['mutate', 'validate'] as const).filter((webhook) => after[webhook] > before[webhook]);
  return { response, webhooks };
}

function as(writer: string): Readonly<Record<string, string>> {
  return { 'Impersonate-User': writer, 'Impersonate-Group': 'system:masters' };
}

function update(object: KubeObject, writer: string): Promise<Asked> {
  const path = `${objectPath(object)}?dryRun=All`;
  return asked(() => client.request({ method: 'PUT', path, body: object, headers: as(writer) }));
}

function create(object: KubeObject, writer = 'alice@example.com'): Promise<Asked> {
  const path = `${collectionPath(object)}?dryRun=All`;
  return asked(() => client.request({ method: 'POST', path, body: object, headers: as(writer) }));
}

async function stored(raw: RawObject): Promise<KubeObject> {
  return (await mustSucceed(client.get(raw as KubeObject))).body as KubeObject;
}

const OPEN_NETWORK = { sharedVpc: false, networkPolicy: false, dataplaneV2: false };
const EVERY_RULE_ENFORCED = Object.fromEntries(RULES.map(({ id }) => [id, 'enforce'] as const));

/**
 * Conditions know neither policy nor facts nor neighbours, so they must hold for all: alone, as --no-cluster judges, and
 * with all that is stored around; whatever can be refused refused, and whatever can be injected injected.
 */
const CORRIDORS: readonly Corridor[] = [
  corridorOf([], { facts: ADD_ON_OFF }),
  corridorOf([], { facts: factsOf() }),
  corridorOf(Object.values(STORED), {
    facts: factsOf({ httpLoadBalancing: 'disabled', vpcNative: true, ...OPEN_NETWORK }),
    policy: policyOf({ modes: EVERY_RULE_ENFORCED, neg: { inject: 'always', types: ['ClusterIP', 'NodePort'] } }),
  }),
  corridorOf(Object.values(STORED), {
    facts: factsOf({ vpcNative: true, ...OPEN_NETWORK }),
    policy: policyOf({ neg: { inject: 'always', types: ['ClusterIP', 'NodePort'], onUpdate: 'heal' } }),
  }),
];

function answers(webhook: Webhook, object: KubeObject, old: KubeObject | undefined): readonly Admission[] {
  const review = parseReview(reviewOf(object, old === undefined ? {} : { old }));
  if (!review.ok) throw new Error(review.detail);
  return CORRIDORS.map((corridor) => admit(webhook, review.review, corridor));
}

/** What a call that was spared would have said, less what was said of the stored object already. */
function unsaid(webhook: Webhook, object: KubeObject, old: KubeObject | undefined): readonly unknown[] {
  const standing =
    old === undefined ? [] : answers('validate', old, old).flatMap(({ answer }) => answer.response.warnings ?? []);
  return answers(webhook, object, old).flatMap(({ answer: { response }, patch }) => [
    ...(response.allowed ? [] : [response.status]),
    ...(patch ?? []),
    ...(response.warnings ?? []).filter((warning) => webhook === 'mutate' || !standing.includes(warning)),
  ]);
}

describe.each(Object.keys(STORED))('an update of %s', (name) => {
  const raw = STORED[name] ?? {};

  test.each(Object.keys(WRITERS))('by %s is asked about unless there is nothing to say', async (writer) => {
    const old = await stored(raw);
    for (const [what, { edit }] of Object.entries(EDITS)) {
      const sent = edit(old);
      const { response, webhooks } = await update(sent, writer);
      // What /validate is about: /mutate may have given back what was taken away.
      const judged = response.status === 200 ? (response.body as KubeObject) : sent;
      const spared = isSpared(what, writer, old, judged);
      expect([what, webhooks.includes('validate')]).toEqual([what, !spared]);
      if (spared) expect([what, unsaid('validate', judged, old)]).toEqual([what, []]);
      if (!webhooks.includes('mutate')) expect([what, unsaid('mutate', sent, old)]).toEqual([what, []]);
    }
  });

  test('is not asked about while it is being deleted', async () => {
    const old = await stored(goingOf(raw));
    expect(old.metadata).toHaveProperty('deletionTimestamp');
    for (const [what, { edit }] of Object.entries(EDITS).filter(([edited]) => edited !== ADDS_A_FINALIZER)) {
      const sent = edit(old);
      const { webhooks } = await update(sent, 'alice@example.com');
      expect([what, webhooks]).toEqual([what, []]);
      expect([what, unsaid('validate', sent, old), unsaid('mutate', sent, old)]).toEqual([what, [], []]);
    }
  });
});

describe('a subresource', () => {
  test('is nobody’s business: status and scale', async () => {
    const faulty = await stored(STORED['an Ingress that GKE would not serve'] ?? {});
    const status = { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } };
    expect((await asked(() => client.updateStatus({ ...faulty, status }, { dryRun: true }))).webhooks).toEqual([]);
    const web = await stored(STORED['a Deployment'] ?? {});
    const path = `${objectPath(web, 'scale')}?dryRun=All`;
    const body = { spec: { replicas: 5 } };
    const contentType = 'application/merge-patch+json';
    const scaled = await asked(() => client.request({ method: 'PATCH', path, body, contentType }));
    expect([scaled.response.status, scaled.webhooks]).toEqual([200, []]);
  });
});

describe('a Service that comes', () => {
  test('is sent to /mutate wherever the annotation could be added, whatever it looks like', async () => {
    const shapes = fc.record({
      type: fc.constantFrom(undefined, 'ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
      clusterIP: fc.constantFrom(undefined, 'None', ''),
      selector: fc.constantFrom(undefined, {}, { app: 'web' }),
      annotations: fc.constantFrom(undefined, {}, { [NEG]: '{"ingress":false}' }, { [NEG]: '' }, { team: 'shop' }),
    });
    let sparedCount = 0;
    let askedCount = 0;
    for (const { type, clusterIP, selector, annotations } of fc.sample(shapes, { seed: 7, numRuns: 60 })) {
      const spec = {
        type,
        clusterIP,
        selector,
        ports: [{ port: 80 }],
        ...(type === 'ExternalName' && { externalName: 'example.com' }),
      };
      const metadata = { name: 'comes', namespace: 'shop', annotations };
      // JSON leaves out what is undefined, as a manifest would.
      const sent = JSON.parse(JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata, spec })) as KubeObject;
      const { response, webhooks } = await create(sent);
      if (response.status === 201) expect([sent, webhooks.includes('validate')]).toEqual([sent, true]);
      if (webhooks.includes('mutate')) {
        askedCount += 1;
        continue;
      }
      sparedCount += 1;
      // Where the API server refuses the object itself, defaults may have made it another.
      if (response.status === 201) expect([sent, unsaid('mutate', sent, undefined)]).toEqual([sent, []]);
    }
    expect(sparedCount).toBeGreaterThan(10);
    expect(askedCount).toBeGreaterThan(0);
  });

  test('is sent again when it loses the annotation, and gets it back', async () => {
    const old = await stored(STORED['a Service with the annotation'] ?? {});
    for (const writer of Object.keys(WRITERS)) {
      const { response, webhooks } = await update(annotate(NEG, undefined)(old), writer);
      expect(webhooks).toContain('mutate');
      expect(at(response.body, 'metadata', 'annotations', NEG)).toBe('{"ingress": true}');
    }
  });
});

describe('a Service that is updated, and had no annotation', () => {
  const typed = (type: string, name: string): RawObject =>
    service({
      name,
      type,
      spec: { selector: { app: 'web' }, ...(type === 'ExternalName' && { externalName: 'a.example.com' }) },
    });
  const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const;

  beforeAll(async () => {
    // They are stored before anything would be injected into them.
    for (const type of TYPES) {
      const raw = typed(type, `was-${type.toLowerCase()}`) as KubeObject;
      await mustSucceed(client.create(annotate(NEG, '{"ingress": false}')(raw)));
      await mustSucceed(client.patch(raw, { metadata: { annotations: null } }, { type: 'merge' }));
    }
  });

  test.each(TYPES)('of type %s is sent to /mutate where the policy could heal it, and nowhere else', async (was) => {
    const old = await stored(typed(was, `was-${was.toLowerCase()}`));
    expect(old.metadata['annotations'] ?? {}).toEqual({});
    for (const type of TYPES) {
      const { spec } = typed(type, old.metadata['name'] as string);
      const edited = { ...old, spec: { ...(old['spec'] as object), ...(spec as object), type } } as KubeObject;
      const { response, webhooks } = await update(edited, 'alice@example.com');
      expect([type, response.status]).toEqual([type, 200]);
      const isHealable = was === 'ClusterIP' && type === 'ClusterIP';
      expect([type, webhooks.includes('mutate')]).toEqual([type, isHealable]);
      expect([type, unsaid('mutate', edited, old).length > 0]).toEqual([type, isHealable]);
    }
  });

  test('is left alone by the policy as shipped, though it is asked', async () => {
    const old = await stored(typed('ClusterIP', 'was-clusterip'));
    const { response, webhooks } = await update(editSpec(old), 'alice@example.com');
    expect(webhooks).toEqual(['mutate', 'validate']);
    expect(at(response.body, 'metadata', 'annotations')).toBeUndefined();
  });
});

describe('an object of the largest size', () => {
  const glbc = 'system:controller:glbc';

  test('is compared within the cost that Kubernetes allows to conditions', async () => {
    // Conditions that cost too much count as false: with failurePolicy Ignore, the call would be left out in silence.
    const env = Array.from({ length: 8000 }, (_, index) => ({ name: `VARIABLE_${index}`, value: 'x'.repeat(100) }));
    const large = deployment({ name: 'large', container: { env } }) as KubeObject;
    await mustSucceed(client.create(large));
    const old = await stored(large);
    expect((await update(old, glbc)).webhooks).toEqual([]);
    expect((await update(editSpec(old), glbc)).webhooks).toEqual(['validate']);
    expect((await update(editSpec(old), 'alice@example.com')).webhooks).toEqual(['validate']);
  });

  test('with all the annotations that there may be', async () => {
    const annotations = Object.fromEntries(
      Array.from({ length: 4000 }, (_, index) => [`example.com/note-${index}`, 'x'.repeat(30)]),
    );
    const noted = service({ name: 'noted', annotations: { ...annotations, [NEG]: '{"ingress":true}' } }) as KubeObject;
    await mustSucceed(client.create(noted));
    const old = await stored(noted);
    expect((await update(old, glbc)).webhooks).toEqual([]);
    expect((await update(annotate('example.com/note-3999', 'changed')(old), glbc)).webhooks).toEqual(['validate']);
    expect((await update(annotate('example.com/note-3999', undefined)(old), glbc)).webhooks).toEqual(['validate']);
  });

  test('of a configuration with all the annotations that there may be', async () => {
    const annotations = Object.fromEntries(
      Array.from({ length: 4000 }, (_, index) => [`example.com/note-${index}`, 'x'.repeat(30)]),
    );
    const noted = managedCertificate({ name: 'noted', annotations }) as KubeObject;
    await mustSucceed(client.create(noted));
    const old = await stored(noted);
    expect((await update(old, 'alice@example.com')).webhooks).toEqual(['validate']);
    expect((await update(editSpec(old), 'alice@example.com')).webhooks).toEqual(['validate']);
    expect((await update(writeStatus(old), 'alice@example.com')).webhooks).toEqual([]);
    expect((await update(annotate('example.com/note-3999', 'changed')(old), 'alice@example.com')).webhooks).toEqual([]);
  });
});
