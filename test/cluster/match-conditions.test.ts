// The webhooks' matchConditions on a real API server, compared with the engine: what they spare a call would have been
// answered with nothing but "allowed". Updates are dry runs, so that each starts from the same stored object; the guard's
// own counters say which webhook was called.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Admission, admit, type Corridor, type Webhook } from '../../src/admission/admit.ts';
import { parseReview } from '../../src/admission/review.ts';
import { at } from '../../src/kubernetes/read.ts';
import { RULES } from '../../src/rules/index.ts';
import { corridorOf, policyOf } from '../support/corridor.ts';
import { ADD_ON_OFF, factsOf } from '../support/facts.ts';
import type { GuardProcess } from '../support/guard-process.ts';
import { deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { reviewOf } from '../support/reviews.ts';
import { type ApiClient, type ApiResponse, type KubeObject, mustSucceed } from './api-client.ts';
import { collectionPath, objectPath } from './api-paths.ts';
import { deployGuard, factsText } from './deployed-guard.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

const NEG = 'cloud.google.com/neg';
const BACKENDS = 'ingress.kubernetes.io/backends';
const FINALIZER = 'example.com/stays';
const FACTS = factsText('httpLoadBalancing: disabled\nvpcNative: true');

/** The part of the control plane that writes, or somebody else. */
const WRITERS: Readonly<Record<string, 'control plane' | 'somebody'>> = {
  'system:controller:glbc': 'control plane',
  'system:serviceaccount:kube-system:deployment-controller': 'control plane',
  'system:serviceaccount:argocd:argocd-application-controller': 'somebody',
  'alice@example.com': 'somebody',
};

/** Stored before the guard came, so that some have faults which an update must not be refused for. */
const STORED: Readonly<Record<string, RawObject>> = {
  'an Ingress that GKE would not serve': ingress({ name: 'faulty', class: 'gce', annotations: { [BACKENDS]: '{}' } }),
  'an Ingress of nginx': ingress({ name: 'nginx', ingressClassName: 'nginx' }),
  'a Service without the annotation': service({ name: 'plain' }),
  'a Service with the annotation': service({ name: 'with-neg', neg: '{"ingress": true}' }),
  'a Service with an annotation that cannot be read': service({ name: 'odd-neg', neg: '{"ingress": "yes"}' }),
  'a headless Service': service({ name: 'headless', spec: { clusterIP: 'None' } }),
  'a Deployment': deployment({ name: 'web', annotations: { 'deployment.kubernetes.io/revision': '1' } }),
};

type Metadata = Readonly<Record<string, unknown>>;
type Edit = { readonly isBookkeeping: boolean; readonly edit: (object: KubeObject) => KubeObject };

function withMetadata(object: KubeObject, change: (metadata: KubeObject['metadata']) => Metadata): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...change(object.metadata) } };
}

function annotate(key: string, value: string | undefined): Edit['edit'] {
  return (object) =>
    withMetadata(object, ({ annotations }) => {
      const { [key]: _, ...others } = (annotations ?? {}) as Readonly<Record<string, string>>;
      return { annotations: value === undefined ? others : { ...others, [key]: value } };
    });
}

/** Changes a field of the spec that every kind here has in one form or another. */
function editSpec(object: KubeObject): KubeObject {
  const spec = object['spec'] as Readonly<Record<string, unknown>>;
  const change = {
    Ingress: { defaultBackend: { service: { name: 'other', port: { number: 81 } } } },
    Service: { sessionAffinity: 'ClientIP' },
    Deployment: { replicas: 0 },
  }[object.kind];
  return { ...object, spec: { ...spec, ...change } };
}

const EDITS: Readonly<Record<string, Edit>> = {
  'changes nothing': { isBookkeeping: true, edit: (object) => object },
  'notes the health of backends': { isBookkeeping: true, edit: annotate(BACKENDS, '{"k8s-be":"HEALTHY"}') },
  'takes back what it noted': { isBookkeeping: true, edit: annotate(BACKENDS, undefined) },
  'notes its NEGs': { isBookkeeping: true, edit: annotate('cloud.google.com/neg-status', '{}') },
  'counts a revision': { isBookkeeping: true, edit: annotate('deployment.kubernetes.io/revision', '2') },
  'names an owner': {
    isBookkeeping: true,
    edit: (object) =>
      withMetadata(object, () => ({
        ownerReferences: [
          { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '6d9e7d54-7a47-4c1b-8b0a-3f8a7f0f6a11' },
        ],
      })),
  },
  'adds a certificate': { isBookkeeping: false, edit: annotate('ingress.gcp.kubernetes.io/pre-shared-cert', 'mcrt-1') },
  'adds an annotation without a value': { isBookkeeping: false, edit: annotate('cloud.google.com/backend-config', '') },
  'adds a key that nothing reads': {
    isBookkeeping: false,
    edit: annotate('ingress.kubernetes.io/neg', '{"ingress":true}'),
  },
  'changes the class': { isBookkeeping: false, edit: annotate('kubernetes.io/ingress.class', 'gce-internal') },
  'takes the NEG annotation away': { isBookkeeping: false, edit: annotate(NEG, undefined) },
  'takes the class away': { isBookkeeping: false, edit: annotate('kubernetes.io/ingress.class', undefined) },
  'asks for NEGs': { isBookkeeping: false, edit: annotate(NEG, '{"ingress":true}') },
  'adds a finalizer': {
    isBookkeeping: false,
    edit: (object) => withMetadata(object, () => ({ finalizers: ['networking.gke.io/ingress-finalizer-V2'] })),
  },
  'adds a label': {
    isBookkeeping: false,
    edit: (object) => withMetadata(object, () => ({ labels: { team: 'shop' } })),
  },
  'changes the spec': { isBookkeeping: false, edit: editSpec },
};

/** "takes away what is not there" is no edit at all. */
function isSame(a: KubeObject, b: KubeObject): boolean {
  const read = ({ metadata, ...rest }: KubeObject) => [
    rest['spec'],
    metadata['annotations'] ?? {},
    metadata['labels'] ?? {},
  ];
  return JSON.stringify(read(a)) === JSON.stringify(read(b)) && a.metadata['finalizers'] === b.metadata['finalizers'];
}

/** The same again, that a finalizer keeps from going. */
function goingOf(raw: RawObject): KubeObject {
  const object = raw as KubeObject; // the builders make whole objects
  return withMetadata(object, ({ name }) => ({ name: `going-${name}`, finalizers: [FINALIZER] }));
}

let cluster: TestCluster;
let client: ApiClient;
let guard: GuardProcess;

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  await client.createNamespace('shop');
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
  const text = await (await fetch(`http://127.0.0.1:${guard.healthPort}/metrics`)).text();
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
    for (const [what, { isBookkeeping, edit }] of Object.entries(EDITS)) {
      const sent = edit(old);
      const { response, webhooks } = await update(sent, writer);
      // What /validate is about: /mutate may have given back what was taken away.
      const judged = response.status === 200 ? (response.body as KubeObject) : sent;
      const isSpared = WRITERS[writer] === 'control plane' && (isBookkeeping || isSame(old, judged));
      expect([what, webhooks.includes('validate')]).toEqual([what, !isSpared]);
      if (isSpared) expect([what, unsaid('validate', judged, old)]).toEqual([what, []]);
      if (!webhooks.includes('mutate')) expect([what, unsaid('mutate', sent, old)]).toEqual([what, []]);
    }
  });

  test('is not asked about while it is being deleted', async () => {
    const old = await stored(goingOf(raw));
    expect(old.metadata).toHaveProperty('deletionTimestamp');
    for (const [what, { edit }] of Object.entries(EDITS).filter(([edited]) => edited !== 'adds a finalizer')) {
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
});
