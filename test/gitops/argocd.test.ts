// Argo CD itself in front of the guard: what a person reads of a refusal, and what becomes of the objects.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../src/kubernetes/read.ts';
import { type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { argocdServer, ingress, pathTo, service } from '../support/objects.ts';
import { ARGOCD_NAMESPACE, type ArgoCd, startArgoCd } from './argocd.ts';
import { ADD_ON_OFF, ADD_ON_ON, type GuardedCluster, startGuardedCluster, storedOf } from './guarded-cluster.ts';
import { type Kubectl, kubectlOf } from './kubectl.ts';
import { ARGOCD } from './texts.ts';

const INJECTED = '{"ingress": true}';
const ROUNDS = 10;

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects
const webService = (namespace: string, neg?: string): KubeObject =>
  object(service({ namespace, ...(neg === undefined ? {} : { neg }) }));
const webIngress = (namespace: string, labels = {}): KubeObject => object(ingress({ namespace, class: 'gce', labels }));
/** What GKE ignores: the class in the field. */
const oldIngress = (namespace: string): KubeObject => object(ingress({ namespace, ingressClassName: 'gce' }));

let world: GuardedCluster;
let argocd: ArgoCd;
let kubectl: Kubectl;

beforeAll(async () => {
  world = await startGuardedCluster(async (client) => {
    for (const namespace of ['mixed', 'compared']) {
      await client.createNamespace(namespace);
      await mustSucceed(client.create(oldIngress(namespace)));
    }
  });
  kubectl = await kubectlOf(world.cluster);
  argocd = await startArgoCd(world.cluster);
});
afterAll(async () => {
  await argocd?.stop();
  await world?.stop();
});

const stored = (ref: KubeObject) => storedOf(world.client, ref);

type CreateOptions = NonNullable<Parameters<ArgoCd['create']>[1]>;

async function start(name: string, objects: readonly KubeObject[], options: CreateOptions = {}): Promise<void> {
  await world.client.createNamespace(name);
  await adopt(name, objects, options);
}

async function adopt(name: string, objects: readonly KubeObject[], options: CreateOptions = {}): Promise<void> {
  argocd.commit(name, objects);
  await argocd.create(name, options);
}

async function events(): Promise<readonly KubeObject[]> {
  const path = '/apis/events.k8s.io/v1/events';
  const { body } = await mustSucceed(world.client.request({ method: 'GET', path }));
  return (body as { readonly items: readonly KubeObject[] }).items;
}

const SUCCEEDED = {
  sync: 'Synced',
  phase: 'Succeeded',
  message: 'successfully synced (all tasks run)',
  conditions: [],
};

describe('an Ingress while the add-on is off', () => {
  beforeAll(() => start('shop', [webService('shop'), webIngress('shop')]));

  test('fails the sync, with the whole refusal at the resource and in the operation', async () => {
    expect(await argocd.sync('shop')).toEqual({
      sync: 'OutOfSync',
      health: 'Missing',
      phase: 'Failed',
      message: ARGOCD.operation,
      results: [
        ['Service', 'Synced', 'service/web created'],
        ['Ingress', 'SyncFailed', ARGOCD.refusal],
      ],
      conditions: [],
    });
  });

  test('does not hold up the Service beside it, which got the annotation', async () => {
    expect((await stored(webService('shop')))?.neg).toBe(INJECTED);
    expect(await stored(webIngress('shop'))).toBeUndefined();
  });

  test('has an Event at the Application, and kubectl get shows the state only', async () => {
    const failed = (await events()).filter(({ type }) => type === 'Warning');
    expect(failed).toMatchObject([
      {
        reason: 'OperationCompleted',
        note: expect.stringMatching(/^Sync operation to [0-9a-f]{40} failed: /),
        regarding: { kind: 'Application', namespace: ARGOCD_NAMESPACE, name: 'shop' },
      },
    ]);
    expect(String(failed[0]?.['note']).replace(/^.*? failed: /, '')).toBe(ARGOCD.operation);
    const { stdout } = kubectl(['get', 'app', 'shop', `--namespace=${ARGOCD_NAMESPACE}`, '--no-headers']);
    expect(stdout.trim().split(/ +/)).toEqual(['shop', 'OutOfSync', 'Missing']);
  });

  test('is applied by the next sync, once the add-on is on', async () => {
    await world.giveFacts(ADD_ON_ON);
    expect(await argocd.sync('shop')).toMatchObject({
      ...SUCCEEDED,
      results: [
        ['Service', 'Synced', 'service/web unchanged'],
        ['Ingress', 'Synced', 'ingress.networking.k8s.io/web created'],
      ],
    });
    await world.giveFacts(ADD_ON_OFF);
  });
});

describe('an Ingress while the add-on is off, in an Application that syncs by itself', () => {
  const retry = { limit: 1, backoff: { duration: '1s' } };
  beforeAll(() => start('auto', [webIngress('auto')], { syncPolicy: { automated: {}, retry } }));

  test('is tried as often as it says, and then not any more', async () => {
    const app = await waitFor(
      'Argo CD to give up',
      () => argocd.see('auto'),
      ({ conditions }) => conditions.length > 0,
      { timeoutMs: 60_000 },
    );
    console.log(app);
    await world.giveFacts(ADD_ON_ON);
    console.log(await argocd.refresh('auto'));
  });

  test('is applied with the next commit', async () => {
    argocd.commit('auto', [webIngress('auto', { team: 'shop' })]);
    await argocd.refresh('auto');
    const app = await waitFor(
      'Argo CD to sync',
      () => argocd.see('auto'),
      ({ phase }) => phase === 'Succeeded',
    );
    expect(app.results).toEqual([['Ingress', 'Synced', 'ingress.networking.k8s.io/web created']]);
  });
});

describe('a warning', () => {
  test('is nowhere: not in the Application, not in an Event, not in a log', async () => {
    const server = { ...argocdServer(), metadata: { name: 'argocd-server', namespace: 'warned' } };
    await start('warned', [object(server)]);
    const app = await argocd.sync('warned');
    expect(app).toMatchObject(SUCCEEDED);
    expect(JSON.stringify(app)).not.toContain('probe-redirects-to-https');
    expect(JSON.stringify(await events())).not.toContain('probe-redirects-to-https');
    expect(argocd.log()).not.toContain('probe-redirects-to-https');
  });
});

const WAYS = {
  apply: { syncOptions: [], says: 'unchanged' },
  'server-side': { syncOptions: ['ServerSideApply=true'], says: 'serverside-applied' },
  replace: { syncOptions: ['Replace=true'], says: 'replaced' },
} as const;

describe.each(Object.entries(WAYS))('the injected annotation, by %s', (name, { syncOptions, says }) => {
  test('is no drift: ten more syncs change nothing', async () => {
    await start(name, [webService(name), webIngress(name)], { syncPolicy: { syncOptions } });
    expect(await argocd.sync(name)).toMatchObject(SUCCEEDED);
    const before = [await stored(webService(name)), await stored(webIngress(name))];
    expect(before[0]?.neg).toBe(INJECTED);
    for (let round = 0; round < ROUNDS; round += 1) {
      expect(await argocd.sync(name)).toMatchObject({
        ...SUCCEEDED,
        results: [
          ['Service', 'Synced', `service/web ${says}`],
          ['Ingress', 'Synced', `ingress.networking.k8s.io/web ${says}`],
        ],
      });
    }
    expect([await stored(webService(name)), await stored(webIngress(name))]).toEqual(before);
  });
});

describe('a person who changes what is in Git', () => {
  test('is overruled by the next sync, whoever owns the field', async () => {
    await start('forced', [webService('forced', INJECTED)], { syncPolicy: { syncOptions: ['ServerSideApply=true'] } });
    expect(await argocd.sync('forced')).toMatchObject(SUCCEEDED);
    const applied = JSON.stringify(webService('forced', '{"ingress": false}'));
    const args = ['apply', '--server-side', '--field-manager=person', '-f', '-'];
    expect(kubectl(args, applied).stderr).toContain('Apply failed with 1 conflict: conflict with "argocd-controller"');
    expect(kubectl([...args, '--force-conflicts'], applied)).toEqual({
      stdout: 'service/web serverside-applied\n',
      stderr: '',
    });
    expect(await argocd.refresh('forced')).toMatchObject({ sync: 'OutOfSync' });
    expect(await argocd.sync('forced')).toMatchObject(SUCCEEDED);
    expect((await stored(webService('forced')))?.neg).toBe(INJECTED);
  });
});

describe('what leaves Git', () => {
  test('is pruned, whatever the guard would say of it now', async () => {
    const left = object(service({ namespace: 'pruned', name: 'left' }));
    await start('pruned', [left, webService('pruned'), webIngress('pruned')]);
    expect(await argocd.sync('pruned')).toMatchObject(SUCCEEDED);
    await world.giveFacts(ADD_ON_OFF);
    argocd.commit('pruned', [left]);
    expect(await argocd.sync('pruned', { prune: true })).toMatchObject({ ...SUCCEEDED });
    expect(await stored(webService('pruned'))).toBeUndefined();
    expect(await stored(webIngress('pruned'))).toBeUndefined();
    await world.giveFacts(ADD_ON_ON);
  });
});

/** The class where GKE reads it, and a path that the controller refuses. */
const halfRight = (namespace: string): KubeObject =>
  object(ingress({ namespace, class: 'gce', spec: { rules: [{ http: { paths: [pathTo('/api/*', 'Prefix')] } }] } }));

describe('a commit that mends one thing and breaks another at once', () => {
  test('finds what was stored before the guard came as it is, and leaves it', async () => {
    await adopt('mixed', [oldIngress('mixed')], { syncPolicy: { syncOptions: ['Force=true'] } });
    expect(await argocd.sync('mixed')).toMatchObject(SUCCEEDED);
  });

  test('is refused for what it breaks only, and Force=true deletes nothing', async () => {
    const before = await stored(oldIngress('mixed'));
    argocd.commit('mixed', [halfRight('mixed')]);
    console.log(await argocd.sync('mixed'));
    expect(await stored(oldIngress('mixed'))).toEqual(before);
  });

  test('is applied once both are right', async () => {
    argocd.commit('mixed', [webIngress('mixed')]);
    expect(await argocd.sync('mixed')).toMatchObject(SUCCEEDED);
  });
});

describe('server-side diff, which asks the guard in order to compare', () => {
  const compare = (options: string) => ({ annotations: { 'argocd.argoproj.io/compare-options': options } });

  test('compares an Ingress that had its fault before the guard came', async () => {
    await adopt('compared', [oldIngress('compared')], compare('ServerSideDiff=true'));
    console.log(await argocd.refresh('compared'));
    console.log(await argocd.sync('compared'));
  });

  test('says of a change that would be refused that it cannot compare', async () => {
    argocd.commit('compared', [halfRight('compared')]);
    console.log(await argocd.refresh('compared'));
  });

  test.each(['ServerSideDiff=true', 'ServerSideDiff=true,IncludeMutationWebhook=true'])('%s', async (options) => {
    const name = options.includes(',') ? 'including' : 'excluding';
    await start(name, [webService(name)], compare(options));
    console.log(await argocd.sync(name));
    expect(at({}, 'a')).toBeUndefined();
  });
});
