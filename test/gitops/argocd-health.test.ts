// deploy/argocd/health.yaml in Argo CD's own Lua engine: how healthy it calls an Ingress, and the Application of it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { startTestCluster, type TestCluster } from '../cluster/test-cluster.ts';
import { ingress } from '../support/objects.ts';
import { type ArgoCd, startArgoCd } from './argocd.ts';
import { ARGOCD_NAMESPACE } from './argocd-application.ts';
import { type Kubectl, kubectlOf } from './kubectl.ts';

let cluster: TestCluster;
let argocd: ArgoCd;
let kubectl: Kubectl;

beforeAll(async () => {
  cluster = await startTestCluster();
  kubectl = await kubectlOf(cluster);
  argocd = await startArgoCd(cluster);
});
afterAll(async () => {
  await argocd?.stop();
  await cluster?.stop();
});

const web = ingress({ class: 'gce' }) as KubeObject; // the builder makes whole objects

describe('the health of an Ingress by deploy/argocd/health.yaml', () => {
  const HEALTH = fileURLToPath(new URL('../../deploy/argocd/health.yaml', import.meta.url));

  /** As Argo CD's own command line judges it, with the settings of this file. */
  function healthOf(raw: unknown): string {
    const file = join(cluster.controlPlane.dir, 'ingress.yaml');
    writeFileSync(file, JSON.stringify(raw));
    return argocd.cli(['admin', 'settings', 'resource-overrides', 'health', file, `--argocd-cm-path=${HEALTH}`]);
  }

  const backends = (value: string) => ({ annotations: { 'ingress.kubernetes.io/backends': value } });
  const why = 'gke-ingress-guard explain ingress/web -n shop';
  const PROGRESSING = `STATUS: Progressing\nMESSAGE: No address yet. If it stays so, its Events say why, or: ${why}\n`;
  const PROGRESSING_ELSEWHERE = 'STATUS: Progressing\nMESSAGE: \n';

  test.each([
    [
      'Degraded, with every backend that Google finds UNHEALTHY',
      ingress({
        address: '203.0.113.7',
        ...backends('{"k8s1-b":"UNHEALTHY","k8s1-c":"HEALTHY","k8s1-a":"UNHEALTHY"}'),
      }),
      `STATUS: Degraded\nMESSAGE: Google's health check finds UNHEALTHY: k8s1-a, k8s1-b. Why: ${why}\n`,
    ],
    [
      'Healthy with an address, and backends that are healthy or not checked yet',
      ingress({ address: '203.0.113.7', ...backends('{"k8s1-a":"HEALTHY","k8s1-b":"Unknown"}') }),
      'STATUS: Healthy\nMESSAGE: \n',
    ],
    [
      'Healthy with an address and without annotations',
      ingress({ address: '203.0.113.7' }),
      'STATUS: Healthy\nMESSAGE: \n',
    ],
    [
      'Healthy with an address where the annotation cannot be read',
      ingress({ address: '203.0.113.7', ...backends('{"k8s1-a":1,UNHEALTHY') }),
      'STATUS: Healthy\nMESSAGE: \n',
    ],
    ['Progressing without an address', ingress({ class: 'gce' }), PROGRESSING],
    [
      'the same with the class in the field, which GKE does not read',
      ingress({ ingressClassName: 'gce' }),
      PROGRESSING,
    ],
    [
      'Progressing without a word where another controller serves it',
      ingress({ class: 'nginx' }),
      PROGRESSING_ELSEWHERE,
    ],
  ])('is %s', (_, raw, said) => {
    expect(healthOf(raw)).toBe(said);
  });

  test('makes a whole Application Degraded, once the settings have it', async () => {
    await cluster.client.createNamespace('shop');
    argocd.commit('shop', [web]);
    await argocd.create('shop');
    expect(await argocd.sync('shop')).toMatchObject({ sync: 'Synced', health: 'Progressing' });
    const args = ['patch', 'configmap', 'argocd-cm', `--namespace=${ARGOCD_NAMESPACE}`, `--patch-file=${HEALTH}`];
    expect(kubectl(args)).toEqual({ stdout: 'configmap/argocd-cm patched\n', stderr: '' });
    const seenByGoogle = { metadata: backends('{"k8s1-a":"UNHEALTHY"}') };
    await mustSucceed(cluster.client.patch(web, seenByGoogle, { type: 'merge' }));
    expect(await argocd.refresh('shop', { health: 'Degraded' })).toMatchObject({ sync: 'Synced' });
    const { body } = await mustSucceed(cluster.client.get(web));
    const loadBalancer = { ingress: [{ ip: '203.0.113.7' }] };
    await mustSucceed(cluster.client.updateStatus({ ...(body as KubeObject), status: { loadBalancer } }));
    const healed = { metadata: backends('{"k8s1-a":"HEALTHY"}') };
    await mustSucceed(cluster.client.patch(web, healed, { type: 'merge' }));
    expect(await argocd.refresh('shop', { health: 'Healthy' })).toMatchObject({ sync: 'Synced' });
  });
});
