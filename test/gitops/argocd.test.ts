// Argo CD itself in front of the guard: what a person reads of a refusal and of a warning, and what becomes of the objects.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { argocdServer, ingress, pathTo, service } from '../support/objects.ts';
import { type ArgoCd, startArgoCd } from './argocd.ts';
import { type ApplicationOptions, ARGOCD_NAMESPACE } from './argocd-application.ts';
import { ADD_ON_OFF, ADD_ON_ON, type GuardedCluster, startGuardedCluster, storedOf } from './guarded-cluster.ts';
import { type Kubectl, kubectlOf } from './kubectl.ts';
import { ARGOCD, pathRefusal } from './texts.ts';

const INJECTED = '{"ingress": true}';
const ROUNDS = 10;

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects
const webService = (namespace: string, neg?: string): KubeObject =>
  object(service({ namespace, ...(neg === undefined ? {} : { neg }) }));
const webIngress = (namespace: string, labels = {}): KubeObject => object(ingress({ namespace, class: 'gce', labels }));
/** What GKE ignores: the class in the field. */
const oldIngress = (namespace: string): KubeObject => object(ingress({ namespace, ingressClassName: 'gce' }));
/** The class where GKE reads it, and a path that the controller refuses. */
const halfRight = (namespace: string): KubeObject =>
  object(ingress({ namespace, class: 'gce', spec: { rules: [{ http: { paths: [pathTo('/api/*', 'Prefix')] } }] } }));

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

/** An Application, and the namespace of its name. */
async function start(name: string, objects: readonly KubeObject[], options?: ApplicationOptions): Promise<void> {
  await world.client.createNamespace(name);
  await adopt(name, objects, options);
}

async function adopt(name: string, objects: readonly KubeObject[], options?: ApplicationOptions): Promise<void> {
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

  test('fails the sync, with the whole refusal at the resource and in the operation; the Application stays Healthy', async () => {
    const failed = await argocd.sync('shop', { until: 'OutOfSync' });
    expect(failed).toEqual({
      sync: 'OutOfSync',
      health: expect.anything(),
      phase: 'Failed',
      message: ARGOCD.operation,
      results: [
        ['Service', 'Synced', 'service/web created'],
        ['Ingress', 'SyncFailed', ARGOCD.refusal],
      ],
      conditions: [],
    });
    // What is not there does not count.
    await argocd.refresh('shop', { sync: 'OutOfSync', health: 'Healthy' });
  });

  test('does not hold up the Service beside it, which got the annotation', async () => {
    expect((await stored(webService('shop')))?.neg).toBe(INJECTED);
    expect(await stored(webIngress('shop'))).toBeUndefined();
  });

  test('has an Event at the Application, and kubectl get shows no reason', async () => {
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
    expect(stdout.trim().split(/ +/)).toEqual(['shop', 'OutOfSync', 'Healthy']);
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
  const here = (text: unknown): string => String(text).replaceAll('Ingress/auto/web', 'Ingress/shop/web');
  beforeAll(() => start('auto', [webIngress('auto')], { syncPolicy: { automated: {}, retry } }));

  test('is tried as often as it says, and then not any more, though the add-on is on', async () => {
    const gaveUp = async () => {
      const { conditions } = await argocd.see('auto');
      return conditions.map(([type, message]) => [type, here(message).replace(/[0-9a-f]{40}/, 'REVISION')]);
    };
    const isThere = (conditions: readonly unknown[]): boolean => conditions.length > 0;
    const timeout = { timeoutMs: 60_000 };
    expect(await waitFor('Argo CD to give up', gaveUp, isThere, timeout)).toEqual([['SyncError', ARGOCD.gaveUp]]);
    await world.giveFacts(ADD_ON_ON);
    expect(await argocd.refresh('auto')).toMatchObject({ sync: 'OutOfSync', phase: 'Failed' });
    expect(await gaveUp()).toEqual([['SyncError', ARGOCD.gaveUp]]);
  });

  test('is applied with the next commit', async () => {
    argocd.commit('auto', [object(ingress({ namespace: 'auto', class: 'gce', labels: { team: 'shop' } }))]);
    expect(await argocd.refresh('auto', { phase: 'Succeeded', sync: 'Synced' })).toMatchObject({
      ...SUCCEEDED,
      results: [['Ingress', 'Synced', 'ingress.networking.k8s.io/web created']],
    });
  });
});

describe.each([
  ['warned', []],
  ['warned-too', ['ServerSideApply=true']],
])('a warning, in %s with %j', (name, syncOptions) => {
  test("is a line of information in the controller's log and nowhere else", async () => {
    await start(name, [object({ ...argocdServer(), metadata: { name: 'argocd-server', namespace: name } })]);
    const app = await argocd.sync(name, { syncOptions });
    expect(app).toMatchObject(SUCCEEDED);
    const told = argocd.log().filter(({ msg }) => String(msg).includes(`Deployment/${name}/argocd-server: `));
    expect(told).toMatchObject([{ level: 'info', msg: ARGOCD.warning.replace('/shop/', `/${name}/`) }]);
    expect(Object.keys(told[0] ?? {}).toSorted()).toEqual(['level', 'msg', 'time']);
    expect(JSON.stringify([app, await events()])).not.toContain('probe-redirects-to-https');
  });
});

describe.each([
  // Of an Ingress it says "configured" even where it changes nothing.
  ['apply', [], ['unchanged', 'configured']],
  ['server-side', ['ServerSideApply=true'], ['serverside-applied', 'serverside-applied']],
  ['replace', ['Replace=true'], ['replaced', 'replaced']],
])('the injected annotation, by %s with %j', (name, syncOptions, [ofService, ofIngress]) => {
  test('is no drift: ten more syncs change nothing', async () => {
    await start(name, [webService(name), webIngress(name)]);
    expect(await argocd.sync(name, { syncOptions })).toMatchObject(SUCCEEDED);
    const before = [await stored(webService(name)), await stored(webIngress(name))];
    expect(before[0]?.neg).toBe(INJECTED);
    for (let round = 0; round < ROUNDS; round += 1) {
      expect(await argocd.sync(name, { syncOptions })).toMatchObject({
        ...SUCCEEDED,
        results: [
          ['Service', 'Synced', `service/web ${ofService}`],
          ['Ingress', 'Synced', `ingress.networking.k8s.io/web ${ofIngress}`],
        ],
      });
    }
    expect([await stored(webService(name)), await stored(webIngress(name))]).toEqual(before);
  });
});

describe('a person who changes what is in Git', () => {
  test('is overruled by the next sync, whoever owns the field', async () => {
    const syncOptions = ['ServerSideApply=true'];
    await start('forced', [webService('forced', INJECTED)]);
    expect(await argocd.sync('forced', { syncOptions })).toMatchObject(SUCCEEDED);
    const applied = JSON.stringify(webService('forced', '{"ingress": false}'));
    const args = ['apply', '--server-side', '--field-manager=person', '-f', '-'];
    expect(kubectl(args, applied).stderr).toContain('Apply failed with 1 conflict: conflict with "argocd-controller"');
    expect(kubectl([...args, '--force-conflicts'], applied)).toEqual({
      stdout: 'service/web serverside-applied\n',
      stderr: '',
    });
    expect(await argocd.refresh('forced', { sync: 'OutOfSync' })).toMatchObject({ conditions: [] });
    expect(await argocd.sync('forced', { syncOptions })).toMatchObject(SUCCEEDED);
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
    // In the foreground, as it does by itself, it would wait for the garbage collector, which is not here.
    const syncOptions = ['PrunePropagationPolicy=background'];
    expect(await argocd.sync('pruned', { prune: true, syncOptions })).toMatchObject(SUCCEEDED);
    expect(await stored(webService('pruned'))).toBeUndefined();
    expect(await stored(webIngress('pruned'))).toBeUndefined();
    expect((await stored(left))?.neg).toBe(INJECTED);
    await world.giveFacts(ADD_ON_ON);
  });
});

describe('a commit that fixes one thing and breaks another at once', () => {
  test('finds what was stored before the guard came as it is, and leaves it', async () => {
    await adopt('mixed', [oldIngress('mixed')]);
    expect(await argocd.sync('mixed')).toMatchObject(SUCCEEDED);
  });

  test.each([
    [[], 'error when patching "FILE": '],
    [['Force=true'], 'error when patching "FILE": '],
    [['Replace=true'], 'error when replacing "FILE": '],
    [['Replace=true', 'Force=true'], 'error when replacing "FILE": '],
    [['ServerSideApply=true'], ''],
  ])('is refused for what it breaks only, and nothing is changed or deleted, with %j', async (syncOptions, before) => {
    const was = await stored(oldIngress('mixed'));
    argocd.commit('mixed', [halfRight('mixed')]);
    const { phase, results } = await argocd.sync('mixed', { syncOptions, until: 'OutOfSync' });
    const seen = results.map((one) => one.map((part) => String(part).replace(/"\/[^"]*\/\d+"/, '"FILE"')));
    expect([phase, seen]).toEqual(['Failed', [['Ingress', 'SyncFailed', `${before}${pathRefusal('mixed')}`]]]);
    expect(await stored(oldIngress('mixed'))).toEqual(was);
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
    expect(await argocd.sync('compared')).toMatchObject({ sync: 'Synced', phase: 'Succeeded', conditions: [] });
  });

  test('cannot compare a change that would be refused, and says why', async () => {
    argocd.commit('compared', [halfRight('compared')]);
    const { conditions } = await argocd.refresh('compared', { sync: 'Unknown' });
    const here = (text: unknown): string => String(text).replaceAll('/compared/', '/shop/');
    expect(conditions.map(([type, message]) => [type, here(message)])).toEqual([
      ['ComparisonError', ARGOCD.comparison],
    ]);
  });

  test.each([
    ['excluding', 'ServerSideDiff=true', []],
    ['including', 'ServerSideDiff=true,IncludeMutationWebhook=true', []],
    ['including-too', 'ServerSideDiff=true,IncludeMutationWebhook=true', ['ServerSideApply=true']],
  ])('finds no drift in the injected annotation (%s: %s, %j)', async (name, options, syncOptions) => {
    await start(name, [webService(name)], compare(options));
    const synced = { ...SUCCEEDED, health: 'Healthy' };
    expect(await argocd.sync(name, { syncOptions })).toMatchObject(synced);
    for (let round = 0; round < ROUNDS; round += 1) expect(await argocd.refresh(name)).toMatchObject(synced);
    expect((await stored(webService(name)))?.neg).toBe(INJECTED);
  });
});
