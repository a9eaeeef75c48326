// Flux itself in front of the guard: what a person reads of a refusal and of a warning, and what happens afterwards.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ingress, service } from '../support/objects.ts';
import { type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { type Flux, kustomization, startFlux } from './flux.ts';
import { ADD_ON_OFF, ADD_ON_ON, type GuardedCluster, startGuardedCluster } from './guarded-cluster.ts';

let world: GuardedCluster;
let flux: Flux;
beforeAll(async () => {
  world = await startGuardedCluster();
  flux = await startFlux(world.cluster);
});
afterAll(async () => {
  await flux?.stop();
  await world?.stop();
});

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects

describe('x', () => {
  test('y', async () => {
    await world.client.createNamespace('shop');
    await flux.commit('shop', [object(service()), object(ingress({ class: 'gce' }))]);
    await mustSucceed(world.client.create(kustomization('shop', { retryInterval: '2s' })));
    console.log(JSON.stringify(await flux.reconcile('shop'), null, 1));
    console.log((await world.client.request({ method: 'GET', path: '/apis/events.k8s.io/v1/events' })).body);
    console.log(JSON.stringify((await world.client.request({ method: 'GET', path: '/api/v1/events' })).body, null, 1));
    console.log(flux.log());
    await world.giveFacts(ADD_ON_ON);
    await world.giveFacts(ADD_ON_OFF);
  });
});
