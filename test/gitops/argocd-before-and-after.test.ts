// deploy/argocd/presync-job.yaml and notifications.yaml in Argo CD itself: a Job that fails stops a sync before its first object, and who
// subscribes to a refusal gets all of it, by Argo CD's own notifications controller.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { at } from '../../src/kubernetes/read.ts';
import { type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { configMap, ingress, service } from '../support/objects.ts';
import { type ArgoCd, startArgoCd } from './argocd.ts';
import { ARGOCD_NAMESPACE, sync } from './argocd-application.ts';
import { ADD_ON_OFF, ADD_ON_ON, type GuardedCluster, startGuardedCluster } from './guarded-cluster.ts';
import { type Kubectl, kubectlOf } from './kubectl.ts';
import { ARGOCD } from './texts.ts';

const fileOf = (name: string): string => fileURLToPath(new URL(`../../deploy/argocd/${name}`, import.meta.url));
const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects

let world: GuardedCluster;
let argocd: ArgoCd;
let kubectl: Kubectl;

beforeAll(async () => {
  world = await startGuardedCluster(async () => undefined);
  kubectl = await kubectlOf(world.cluster);
  argocd = await startArgoCd(world.cluster);
});
afterAll(async () => {
  await argocd?.stop();
  await world?.stop();
});

describe('a Job before the sync', () => {
  const HOOK = { 'argocd.argoproj.io/hook': 'PreSync', 'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation' };
  const NAME = 'gke-ingress-guard-presync';
  const job: KubeObject = { apiVersion: 'batch/v1', kind: 'Job', metadata: { namespace: 'before', name: NAME } };
  const web = object(service({ namespace: 'before' }));

  const hooks = [
    ...parseAllDocuments(readFileSync(fileOf('presync-job.yaml'), 'utf8')).map((one) => object(one.toJS())),
    object(configMap({ namespace: 'before', name: NAME, annotations: HOOK })),
  ];

  /** Argo CD deletes the hooks of the sync before in the foreground, for which it takes a garbage collector; there is none here. */
  function removeHooks(): void {
    for (const { kind } of hooks) kubectl(['delete', kind, NAME, '--namespace=before', '--cascade=background']);
  }

  /** What the kubelet and the Job's controller make of a container that ends so. */
  async function end(condition: 'Complete' | 'Failed'): Promise<void> {
    await waitFor(
      'Argo CD to start the Job',
      () => world.client.get(job),
      ({ status }) => status === 200,
      { timeoutMs: 60_000 },
    );
    const now = new Date().toISOString();
    const conditions = (condition === 'Failed' ? ['FailureTarget', 'Failed'] : ['SuccessCriteriaMet', 'Complete']).map(
      (type) => ({
        type,
        status: 'True',
        lastTransitionTime: now,
        ...(condition === 'Failed'
          ? { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
          : {}),
      }),
    );
    const ended = condition === 'Failed' ? { failed: 1 } : { succeeded: 1, completionTime: now };
    const status = { startTime: now, conditions, uncountedTerminatedPods: {}, ...ended };
    await mustSucceed(world.client.patch(job, { status }, { type: 'merge', subresource: 'status' }));
  }

  test('stops it before the first object where it fails, and lets it begin where it does not', async () => {
    await world.client.createNamespace('before');
    argocd.commit('before', [...hooks, web]);
    await argocd.create('before');
    const failing = sync(world.client, 'before', 'first');
    await end('Failed');
    await failing;
    const failed = await argocd.see('before');
    expect(failed.phase).toBe('Failed');
    expect(failed.results.find(([kind]) => kind === 'Job')).toEqual([
      'Job',
      'Synced',
      'Job has reached the specified backoff limit',
    ]);
    expect(failed.results.map(([kind]) => kind)).not.toContain('Service');
    expect((await world.client.get(web)).status).toBe(404);

    removeHooks();
    await argocd.refresh('before');
    const passing = sync(world.client, 'before', 'second');
    await end('Complete');
    await passing;
    expect(await argocd.see('before')).toMatchObject({ phase: 'Succeeded' });
    expect((await world.client.get(web)).status).toBe(200);
  });
});

describe('a notification', () => {
  const heard: string[] = [];
  const chat = createServer(async (request, response) => {
    heard.push(at(JSON.parse(await text(request)), 'text') as string);
    response.end('{}');
  });
  let stop: () => Promise<void> = async () => undefined;

  beforeAll(async () => {
    chat.listen(0, '127.0.0.1');
    await once(chat, 'listening');
    const { port } = chat.address() as AddressInfo; // it listens on TCP
    const settings: KubeObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: ARGOCD_NAMESPACE, name: 'argocd-notifications-cm' },
      data: { 'service.googlechat': `webhooks:\n  team: http://127.0.0.1:${port}/` },
    } as KubeObject;
    await mustSucceed(world.client.create(settings));
    const secret = {
      ...settings,
      kind: 'Secret',
      data: {},
      metadata: { ...settings.metadata, name: 'argocd-notifications-secret' },
    };
    await mustSucceed(world.client.create(secret));
    const args = ['patch', 'configmap', 'argocd-notifications-cm', `--namespace=${ARGOCD_NAMESPACE}`];
    expect(kubectl([...args, `--patch-file=${fileOf('notifications.yaml')}`]).stderr).toBe('');
    stop = await argocd.notify();
  });
  afterAll(async () => {
    await stop();
    chat.close();
  });

  const subscribed = {
    annotations: { 'notifications.argoproj.io/subscribe.on-ingress-guard-refused.googlechat': 'team' },
  };

  test('has the whole refusal, once for a commit', async () => {
    await world.client.createNamespace('shop');
    argocd.commit('shop', [object(ingress({ class: 'gce' })), object(service())]);
    await argocd.create('shop', subscribed);
    await argocd.sync('shop', { until: 'OutOfSync' });
    await waitFor(
      'the chat to hear of it',
      async () => heard.length,
      (count) => count > 0,
      { timeoutMs: 60_000 },
    );
    await argocd.sync('shop', { until: 'OutOfSync' });
    await world.giveFacts(ADD_ON_ON);
    expect(await argocd.sync('shop')).toMatchObject({ phase: 'Succeeded' });
    expect(heard).toEqual([`Application shop is not synced: gke-ingress-guard refused it.\n\n${ARGOCD.refusal}\n`]);
    await world.giveFacts(ADD_ON_OFF);
  });

  test('does not come for what others refuse', async () => {
    await world.client.createNamespace('other');
    const refused = { ...object(service({ namespace: 'other' })), spec: { ports: [{ port: 0 }] } } as KubeObject;
    argocd.commit('other', [refused]);
    await argocd.create('other', subscribed);
    expect(await argocd.sync('other', { until: 'OutOfSync' })).toMatchObject({ phase: 'Failed' });
    // One that it does tell of comes after it.
    argocd.commit('third', [object(ingress({ namespace: 'third', class: 'gce' }))]);
    await world.client.createNamespace('third');
    await argocd.create('third', subscribed);
    const before = heard.length;
    await argocd.sync('third', { until: 'OutOfSync' });
    await waitFor(
      'the chat to hear of the third',
      async () => heard.length,
      (count) => count > before,
      { timeoutMs: 60_000 },
    );
    expect(heard.slice(before).map((one) => one.split('\n', 1)[0])).toEqual([
      'Application third is not synced: gke-ingress-guard refused it.',
    ]);
  });
});
