// The main job on a real API server: deploy/base applied as it is, the guard behind it, and the objects of users.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import type { GuardProcess } from '../support/guard-process.ts';
import { argocdServer, ingress, service } from '../support/objects.ts';
import { type ApiClient, type ApiResponse, type KubeObject, mustSucceed } from './api-client.ts';
import { deployGuard, factsText } from './deployed-guard.ts';
import { freePort } from './free-port.ts';
import { exposeLoopback } from './service-alias.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const ADD_ON_OFF = factsText('httpLoadBalancing: disabled\nvpcNative: true');
const ADD_ON_ON = factsText('httpLoadBalancing: enabled\nvpcNative: true');
const NEG = 'cloud.google.com/neg';

const REFUSAL =
  'admission webhook "validate.gke-ingress-guard.dev" denied the request: Ingress/NAMESPACE/web: the HTTP load ' +
  'balancing add-on is off, so nothing serves class "gce" [http-load-balancing-disabled]. Fix: Run gcloud container clusters ' +
  'update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED\n' +
  '  Cluster "prod" does not run the GKE Ingress controller (says the facts file), which the annotation ' +
  'kubernetes.io/ingress.class asks for: the Ingress would wait forever, without an event or a log line.\n' +
  'Then apply again, or re-sync.';

let cluster: TestCluster;
let client: ApiClient;
let guard: GuardProcess;
let count = 0;

/** There is no namespace controller, so what a case leaves behind would stay: each has a namespace of its own. */
async function freshNamespace(): Promise<string> {
  count += 1;
  const name = `case-${count}`;
  await client.createNamespace(name);
  return name;
}

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects

const gceIngress = (namespace: string, labels = {}): KubeObject => object(ingress({ namespace, class: 'gce', labels }));
const plainService = (namespace: string): KubeObject => object(service({ namespace }));

function annotationsOf(response: ApiResponse): Readonly<Record<string, string>> | undefined {
  return (response.body as KubeObject).metadata['annotations'] as Readonly<Record<string, string>> | undefined;
}

function messageOf(response: ApiResponse): unknown {
  return (response.body as { readonly message?: unknown }).message;
}

async function giveFacts(facts: string): Promise<void> {
  const seen = guard.log.length;
  writeFileSync(guard.factsFile, facts);
  const taken = (): boolean => guard.log.slice(seen).some(({ msg }) => msg === 'took up a change of the facts file');
  await waitFor(
    'the guard to take up the facts',
    async () => taken(),
    (isTaken) => isTaken,
  );
}

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  await client.createNamespace('before');
  await mustSucceed(client.create(object(ingress({ namespace: 'before', name: 'kept', class: 'gce' }))));
  await mustSucceed(client.create(object(ingress({ namespace: 'before', name: 'going', class: 'gce' }))));
  await mustSucceed(client.create(object(service({ namespace: 'before' }))));
  guard = await deployGuard(client, ADD_ON_OFF);
});
afterAll(async () => {
  await guard?.stop();
  await cluster?.stop();
});

describe('a Service', () => {
  test('without the annotation is stored with it', async () => {
    const namespace = await freshNamespace();
    expect(await client.create(plainService(namespace))).toMatchObject({ status: 201, warnings: [] });
    expect(annotationsOf(await client.get(plainService(namespace)))).toEqual({ [NEG]: '{"ingress": true}' });
  });

  test('that says {"ingress": false} keeps it', async () => {
    const namespace = await freshNamespace();
    const off = object(service({ namespace, neg: '{"ingress": false}' }));
    await mustSucceed(client.create(off));
    expect(annotationsOf(await client.get(off))).toEqual({ [NEG]: '{"ingress": false}' });
  });

  test('that was stored before the guard came is left alone', async () => {
    const labelled = object(service({ namespace: 'before', labels: { team: 'shop' } }));
    await mustSucceed(client.patch(labelled, { metadata: labelled.metadata }, { type: 'merge' }));
    expect(annotationsOf(await client.get(labelled))).toBeUndefined();
  });

  test('that is replaced without the annotation gets it back', async () => {
    const namespace = await freshNamespace();
    const { body } = await mustSucceed(client.create(plainService(namespace)));
    const stored = body as KubeObject;
    await mustSucceed(client.update({ ...stored, metadata: { ...stored.metadata, annotations: {} } }));
    expect(annotationsOf(await client.get(stored))).toEqual({ [NEG]: '{"ingress": true}' });
  });

  test('of a system namespace is neither judged nor changed', async () => {
    const system = object(service({ namespace: 'kube-system', name: 'default-http-backend' }));
    await mustSucceed(client.create(system));
    expect(annotationsOf(await client.get(system))).toBeUndefined();
  });
});

describe('server-side apply', () => {
  test('by two managers in turn brings no conflict and no drift', async () => {
    const namespace = await freshNamespace();
    const applied = plainService(namespace);
    const first = await mustSucceed(client.apply(applied, { fieldManager: 'argocd' }));
    const second = await mustSucceed(client.apply(applied, { fieldManager: 'flux' }));
    const again = await mustSucceed(client.apply(applied, { fieldManager: 'argocd' }));
    const settled = await mustSucceed(client.apply(applied, { fieldManager: 'flux' }));
    const last = await mustSucceed(client.apply(applied, { fieldManager: 'argocd' }));
    for (const answer of [first, second, again, settled, last]) {
      expect(annotationsOf(answer)).toEqual({ [NEG]: '{"ingress": true}' });
    }
    const versions = [again, settled, last].map(({ body }) => (body as KubeObject).metadata['resourceVersion']);
    expect(new Set(versions).size).toBe(1);
  });
});

describe('a gce Ingress where the add-on is off', () => {
  test('is refused, with the whole message', async () => {
    const namespace = await freshNamespace();
    const answer = await client.create(gceIngress(namespace));
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      reason: 'Forbidden',
      code: 403,
      message: REFUSAL.replace('NAMESPACE', namespace),
    });
    expect(await client.get(gceIngress(namespace))).toMatchObject({ status: 404 });
  });

  test('is answered the same in a dry run, and a Service of a dry run is not stored', async () => {
    const namespace = await freshNamespace();
    const real = await client.create(gceIngress(namespace));
    const dry = await client.create(gceIngress(namespace), { dryRun: true });
    expect([dry.status, messageOf(dry), dry.warnings]).toEqual([real.status, messageOf(real), real.warnings]);
    const dryService = await client.create(plainService(namespace), { dryRun: true });
    expect(dryService.status).toBe(201);
    expect(annotationsOf(dryService)).toEqual({ [NEG]: '{"ingress": true}' });
    expect(await client.get(plainService(namespace))).toMatchObject({ status: 404 });
  });

  test('and was stored before the guard came takes new labels, with a warning', async () => {
    const kept = object(ingress({ namespace: 'before', name: 'kept', class: 'gce', labels: { team: 'shop' } }));
    const answer = await client.patch(kept, { metadata: kept.metadata }, { type: 'merge' });
    expect(answer.status).toBe(200);
    expect(answer.warnings.filter((warning) => warning.includes('[http-load-balancing-disabled]'))).toHaveLength(1);
  });

  test('takes status updates, and loses its finalizer and goes', async () => {
    const going = object(ingress({ namespace: 'before', name: 'going', class: 'gce' }));
    const finalizers = ['networking.gke.io/ingress-finalizer-V2'];
    const patched = await mustSucceed(client.patch(going, { metadata: { finalizers } }, { type: 'merge' }));
    const status = { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } };
    await mustSucceed(client.updateStatus({ ...(patched.body as KubeObject), status }));
    await mustSucceed(client.remove(going));
    expect(await client.get(going)).toMatchObject({
      body: { metadata: { deletionTimestamp: expect.any(String) }, status },
    });
    await mustSucceed(client.patch(going, { metadata: { finalizers: null } }, { type: 'merge' }));
    expect(await client.get(going)).toMatchObject({ status: 404 });
  });
});

describe('a gce Ingress where the add-on is on', () => {
  test('is stored as soon as the facts say so, without a word of the guard', async () => {
    const namespace = await freshNamespace();
    await giveFacts(ADD_ON_ON);
    const answer = await client.create(gceIngress(namespace));
    expect(answer.status).toBe(201);
    expect(answer.warnings.filter((warning) => warning.startsWith('Ingress/'))).toEqual([]);
    await giveFacts(ADD_ON_OFF);
    expect((await client.create(object(ingress({ namespace, name: 'later', class: 'gce' })))).status).toBe(403);
  });
});

describe('argocd-server as it comes', () => {
  test('is stored, with the warning', async () => {
    const namespace = await freshNamespace();
    const stock = argocdServer();
    const deployed = object({ ...stock, metadata: { name: 'argocd-server', namespace } });
    const answer = await client.create(deployed, { fieldValidation: 'Strict' });
    expect(answer.status).toBe(201);
    expect(answer.warnings).toEqual([
      `Deployment/${namespace}/argocd-server: possible: behind a GKE Ingress Google's check GET /healthz gets 307 from Argo CD server, not 200: UNHEALTHY [probe-redirects-to-https]. Fix: Set --insecure, or server.insecure: "true" in ConfigMap argocd-cmd-params-cm`,
    ]);
  });
});

describe('a second mutating webhook that annotates after this one', () => {
  let other: Server;
  let calls = 0;

  beforeAll(async () => {
    const authority = await createAuthority('other webhook');
    const port = await freePort();
    const { certPem, keyPem } = await authority.issue({ commonName: 'other', dnsNames: ['other.other.svc'] });
    other = createServer({ cert: certPem, key: keyPem }, async (request, response) => {
      calls += 1;
      const { request: asked }: { request: { uid: string; object: KubeObject } } = JSON.parse(await text(request));
      const patch = patchOfTheOther(asked.object);
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: { uid: asked.uid, allowed: true, ...patch },
        }),
      );
    });
    other.listen(port, '127.0.0.1');
    await once(other, 'listening');
    await client.createNamespace('other');
    await exposeLoopback(client, { namespace: 'other', name: 'other', port });
    await mustSucceed(client.create(otherConfiguration(port, authority.certPem)));
    const probe = object(service({ namespace: 'default', name: 'probe' }));
    await waitFor(
      'the other webhook to be called',
      () => client.create(probe, { dryRun: true }),
      () => calls > 0,
    );
  });
  afterAll(async () => {
    await client.remove(otherConfiguration(0, ''));
    other.close();
  });

  test('leaves what was injected stable, and this one is not asked again for what it would leave alone', async () => {
    const namespace = await freshNamespace();
    const seen = guard.log.length;
    await mustSucceed(client.create(plainService(namespace)));
    expect(annotationsOf(await client.get(plainService(namespace)))).toEqual({
      [NEG]: '{"ingress": true}',
      'mesh.example.com/revision': 'stable',
    });
    // Lines of the log come in the order of the calls: with one of a later call all of this one are there.
    const later = await freshNamespace();
    await mustSucceed(client.create(plainService(later)));
    const mutations = await waitFor(
      'the log of all calls',
      async () => guard.log.slice(seen).filter(({ webhook }) => webhook === 'mutate'),
      (all) => all.some((entry) => entry['namespace'] === later),
    );
    const own = mutations.filter((entry) => entry['namespace'] === namespace);
    expect(own.map((entry) => entry['patched'] ?? false)).toEqual([true]);
  });

  /** Like GKE's own: adds the NEG annotation where it is absent; and a note of its own, once. */
  function patchOfTheOther({ metadata }: KubeObject): { patchType?: string; patch?: string } {
    const annotations = (metadata['annotations'] ?? {}) as Readonly<Record<string, string>>;
    const wanted = { [NEG]: '{"ingress":true}', 'mesh.example.com/revision': 'stable', ...annotations };
    const patch = [{ op: 'add', path: '/metadata/annotations', value: wanted }];
    return { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') };
  }

  function otherConfiguration(port: number, caPem: string): KubeObject {
    return object({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'zz-other' }, // configurations are called in the order of their names
      webhooks: [
        {
          name: 'other.example.com',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['services'] }],
          namespaceSelector: {
            matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['other'] }],
          },
          clientConfig: {
            caBundle: Buffer.from(caPem).toString('base64'),
            service: { namespace: 'other', name: 'other', path: '/', port },
          },
        },
      ],
    });
  }
});

describe('while the guard is down', () => {
  test('objects are stored unseen, since failurePolicy is Ignore', async () => {
    const namespace = await freshNamespace();
    expect(await guard.stop()).toEqual({ code: 0, signal: null });
    await mustSucceed(client.create(gceIngress(namespace)));
    await mustSucceed(client.create(plainService(namespace)));
    expect(annotationsOf(await client.get(plainService(namespace)))).toBeUndefined();
    expect((await client.create(object(ingress({ namespace, name: 'second', class: 'gce' })))).status).toBe(201);
  });
});
