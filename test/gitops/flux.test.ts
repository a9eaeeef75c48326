// Flux itself in front of the guard: what a person reads of a refusal and of a warning, and what becomes of the objects.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../src/kubernetes/read.ts';
import { type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { conditionOf } from '../cluster/cert-manager.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { argocdServer, ingress, pathTo, service } from '../support/objects.ts';
import { FLUX_NAMESPACE, type Flux, kustomization, startFlux } from './flux.ts';
import { ADD_ON_OFF, ADD_ON_ON, type GuardedCluster, startGuardedCluster, storedOf } from './guarded-cluster.ts';
import { type Kubectl, kubectlOf } from './kubectl.ts';
import type { LogLine } from './log-lines.ts';
import { FLUX, pathRefusal } from './texts.ts';

const INJECTED = '{"ingress": true}';
const ROUNDS = 10;

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects

/** In a namespace of the case, whose Kustomization has its name. */
const webService = (namespace: string, neg?: string): KubeObject =>
  object(service({ namespace, ...(neg === undefined ? {} : { neg }) }));
const webIngress = (namespace: string): KubeObject => object(ingress({ namespace, class: 'gce' }));
/** What GKE ignores: the class in the field. */
const oldIngress = (namespace: string): KubeObject => object(ingress({ namespace, ingressClassName: 'gce' }));

let world: GuardedCluster;
let flux: Flux;
let kubectl: Kubectl;

beforeAll(async () => {
  world = await startGuardedCluster(async (client) => {
    await client.createNamespace('mixed');
    await mustSucceed(client.create(oldIngress('mixed')));
  });
  kubectl = await kubectlOf(world.cluster);
  flux = await startFlux(world.cluster);
});
afterAll(async () => {
  await flux?.stop();
  await world?.stop();
});

async function start(name: string, objects: readonly KubeObject[], spec = {}): Promise<void> {
  if (name !== 'mixed') await world.client.createNamespace(name);
  await flux.commit(name, objects);
  await mustSucceed(world.client.create(kustomization(name, spec)));
}

const stored = (ref: KubeObject) => storedOf(world.client, ref);

async function events(): Promise<readonly KubeObject[]> {
  const path = '/apis/events.k8s.io/v1/events';
  const { body } = await mustSucceed(world.client.request({ method: 'GET', path }));
  return (body as { readonly items: readonly KubeObject[] }).items;
}

const linesAbout = (name: string): readonly LogLine[] =>
  flux.log().filter((line) => at(line, 'Kustomization', 'name') === name);

const READY = { type: 'Ready', status: 'True', reason: 'ReconciliationSucceeded' };
const APPLIED = /^Applied revision: main@sha1:[0-9a-f]{40}$/;

describe('an Ingress while the add-on is off', () => {
  beforeAll(() => start('shop', [webService('shop'), webIngress('shop')], { retryInterval: '1h' }));

  test('keeps the Kustomization from being ready, with the whole refusal', async () => {
    expect(await flux.reconcile('shop')).toMatchObject({
      type: 'Ready',
      status: 'False',
      reason: 'ReconciliationFailed',
      message: FLUX.refusal,
    });
  });

  test('is shown by kubectl get ks up to the first line break, with the command that fixes it', () => {
    const { stdout, stderr } = kubectl(['get', 'ks', 'shop', `--namespace=${FLUX_NAMESPACE}`, '--no-headers']);
    expect([stdout.replace(/^(\S+) +\S+ +(\S+) +/, '$1 $2 '), stderr]).toEqual([
      `shop False ${FLUX.refusalInTable}\n`,
      '',
    ]);
  });

  test('has an Event at the Kustomization, with the whole refusal', async () => {
    expect(await events()).toMatchObject([
      {
        type: 'Warning',
        reason: 'ReconciliationFailed',
        note: FLUX.refusal,
        regarding: { kind: 'Kustomization', namespace: FLUX_NAMESPACE, name: 'shop' },
        reportingController: 'kustomize-controller',
      },
    ]);
    const args = ['get', 'events', `--namespace=${FLUX_NAMESPACE}`, '--no-headers'];
    expect(
      kubectl(args)
        .stdout.replace(/^\S+ +/, '')
        .replaceAll(/ {2,}/g, ' '),
    ).toBe(`Warning ReconciliationFailed kustomization/shop ${FLUX.refusalInTable}\n`);
  });

  test("is an error in the controller's log", () => {
    expect(linesAbout('shop').filter(({ level }) => level === 'error')).toMatchObject([
      { msg: expect.stringMatching(/^Reconciliation failed after \S+, next try in 1h0m0s$/), error: FLUX.refusal },
    ]);
  });

  test('holds up the Service beside it: Flux asks about all objects before it stores one', async () => {
    expect(await stored(webService('shop'))).toBeUndefined();
  });

  test('is applied without anybody doing anything, once the add-on is on', async () => {
    const retry = { spec: { retryInterval: '1s' } };
    await mustSucceed(world.client.patch(kustomization('shop'), retry, { type: 'merge' }));
    await world.giveFacts(ADD_ON_ON);
    const { body } = await waitFor(
      'Flux to try again',
      () => world.client.get(kustomization('shop')),
      (answer) => conditionOf(answer.body, 'Ready')?.status === 'True',
    );
    expect(conditionOf(body, 'Ready')).toMatchObject({ ...READY, message: expect.stringMatching(APPLIED) });
    expect((await stored(webService('shop')))?.neg).toBe(INJECTED);
    expect(await stored(webIngress('shop'))).toBeDefined();
  });
});

describe('a warning', () => {
  beforeAll(() =>
    start('warned', [object({ ...argocdServer(), metadata: { name: 'argocd-server', namespace: 'shop' } })]),
  );

  test("is a line of information in the controller's log", async () => {
    expect(await flux.reconcile('warned')).toMatchObject(READY);
    const ofGuard = linesAbout('warned').filter(({ msg }) => String(msg).startsWith('Deployment/'));
    // Once of the dry run, once as it is stored.
    expect(ofGuard.map(({ level, msg }) => [level, msg])).toEqual([
      ['info', FLUX.warning],
      ['info', FLUX.warning],
    ]);
    expect(ofGuard[0]).toMatchObject({ Kustomization: { namespace: FLUX_NAMESPACE, name: 'warned' } });
  });

  test('is nowhere else: not in the condition, not in an Event', async () => {
    const { body } = await mustSucceed(world.client.get(kustomization('warned')));
    expect(JSON.stringify(body)).not.toContain('probe-redirects-to-https');
    const told = (await events()).filter(({ regarding }) => at(regarding, 'name') === 'warned');
    expect(told.length).toBeGreaterThan(0);
    expect(JSON.stringify(told)).not.toContain('probe-redirects-to-https');
  });
});

describe('the injected annotation', () => {
  beforeAll(() => start('injected', [webService('injected'), webIngress('injected')]));

  test('is no drift: ten more reconciliations change nothing', async () => {
    expect(await flux.reconcile('injected')).toMatchObject(READY);
    const before = [await stored(webService('injected')), await stored(webIngress('injected'))];
    expect(before[0]?.neg).toBe(INJECTED);
    for (let round = 0; round < ROUNDS; round += 1) {
      expect(await flux.reconcile('injected')).toMatchObject(READY);
    }
    expect([await stored(webService('injected')), await stored(webIngress('injected'))]).toEqual(before);
    const outputs = linesAbout('injected').flatMap(({ output }) => (output === undefined ? [] : [output]));
    const each = (what: string) => ({ 'Ingress/injected/web': what, 'Service/injected/web': what });
    expect(outputs).toEqual([each('created'), ...Array.from({ length: ROUNDS }, () => each('unchanged'))]);
  });

  test('stays with what is in Git where a person has changed it, for Flux forces conflicts', async () => {
    await start('forced', [webService('forced', INJECTED)]);
    expect(await flux.reconcile('forced')).toMatchObject(READY);
    const applied = JSON.stringify(webService('forced', '{"ingress": false}'));
    const args = ['apply', '--server-side', '--field-manager=person', '-f', '-'];
    expect(kubectl(args, applied).stderr).toContain(
      'Apply failed with 1 conflict: conflict with "kustomize-controller"',
    );
    expect(kubectl([...args, '--force-conflicts'], applied)).toEqual({
      stdout: 'service/web serverside-applied\n',
      stderr: '',
    });
    expect((await stored(webService('forced')))?.neg).toBe('{"ingress": false}');
    expect(await flux.reconcile('forced')).toMatchObject(READY);
    expect((await stored(webService('forced')))?.neg).toBe(INJECTED);
  });
});

describe('what leaves Git', () => {
  test('is pruned, whatever the guard would say of it now', async () => {
    const left = object(service({ namespace: 'pruned', name: 'left' }));
    await start('pruned', [left, webService('pruned'), webIngress('pruned')]);
    expect(await flux.reconcile('pruned')).toMatchObject(READY);
    await world.giveFacts(ADD_ON_OFF);
    await flux.commit('pruned', [left]);
    expect(await flux.reconcile('pruned')).toMatchObject(READY);
    expect(await stored(webService('pruned'))).toBeUndefined();
    expect(await stored(webIngress('pruned'))).toBeUndefined();
    expect((await stored(left))?.neg).toBe(INJECTED);
    await world.giveFacts(ADD_ON_ON);
  });
});

describe('a commit that fixes one thing and breaks another at once', () => {
  /** The class where GKE reads it, and a path that the controller refuses. */
  const halfRight = object(
    ingress({ namespace: 'mixed', class: 'gce', spec: { rules: [{ http: { paths: [pathTo('/api/*', 'Prefix')] } }] } }),
  );

  test('finds what was stored before the guard came as it is, and leaves it', async () => {
    await start('mixed', [oldIngress('mixed'), webService('mixed')], { force: true });
    expect(await flux.reconcile('mixed')).toMatchObject(READY);
  });

  test('is refused for what it breaks only, and force: true deletes nothing', async () => {
    const before = await stored(oldIngress('mixed'));
    await flux.commit('mixed', [halfRight, webService('mixed')]);
    expect(await flux.reconcile('mixed')).toMatchObject({
      status: 'False',
      message: `Ingress/mixed/web dry-run failed (Forbidden): ${pathRefusal('mixed')}\n`,
    });
    expect(await stored(oldIngress('mixed'))).toEqual(before);
  });

  test('is applied once both are right', async () => {
    await flux.commit('mixed', [webIngress('mixed'), webService('mixed')]);
    expect(await flux.reconcile('mixed')).toMatchObject(READY);
  });
});
